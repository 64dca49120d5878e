#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/ip_network.h"
#include "base/result.h"
#include "base/time.h"
#include "http/head.h"
#include "identity/principal.h"
#include "pipeline/rejection.h"

namespace bearward::rehearsal {

/// A request that nobody has sent.
struct Question {
  std::string method;
  std::string target;  // a path, or an http: or https: URL; a path alone names no host
  std::vector<std::pair<std::string, std::string>> fields;
  IpAddress client_ip;  // as it is believed after trusted proxies
  UnixTime time{};
};

/// Who asks: what the stage `authenticate` would have said. `is_public`: no token or a bad one is nobody.
using Caller =
    std::function<Result<identity::Principal, pipeline::Rejection>(const http::RequestHead&, bool is_public)>;

/// No token is sent.
Caller nobody();

}  // namespace bearward::rehearsal
