#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/ip_network.h"
#include "base/result.h"
#include "base/time.h"
#include "http/head.h"
#include "identity/principal.h"
#include "pipeline/rejection.h"
#include "policy/access.h"

namespace bearward::rehearsal {

using Certificate = std::shared_ptr<const crypto::ClientCertificate>;

/// A request that nobody has sent.
struct Question {
  std::string method;
  std::string target;  // a path, or an http: or https: URL; a path alone names no host
  std::vector<std::pair<std::string, std::string>> fields;
  IpAddress client_ip;  // as it is believed after trusted proxies
  UnixTime time{};
  Certificate certificate{};  // that the client has shown
};

/// Who asks: what the stage `authenticate` would have said. The certificate of the question is added to whom it names.
using Caller = std::function<Result<identity::Principal, pipeline::Rejection>(const http::RequestHead&,
                                                                              policy::TokenNeed, const Certificate&)>;

/// No token is sent.
Caller nobody();

}  // namespace bearward::rehearsal
