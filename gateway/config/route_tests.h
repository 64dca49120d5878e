#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ip_network.h"
#include "base/time.h"
#include "config/place.h"
#include "crypto/client_certificate.h"

namespace bearward::config {

/// One entry of `tests:` in a policy file: a request, who sends it, and what has to come of it.
struct RouteTest {
  enum class Expect { allow, status, gateway };

  std::string method;
  std::string target;                                                   // a path, or an http: or https: URL
  std::optional<boost::json::object> as;                                // the token's claims; absent: no token
  std::shared_ptr<const crypto::ClientCertificate> client_certificate;  // that the client has shown; null: none
  IpAddress client_ip;
  std::vector<std::pair<std::string, std::string>> sends;  // fields of the request
  std::optional<UnixTime> time;                            // absent: when the test runs
  Expect expect = Expect::allow;
  int status = 0;                                            // of Expect::status
  std::string upstream;                                      // that it goes to; empty: not looked at
  std::vector<std::pair<std::string, std::string>> headers;  // that the upstream gets
  std::vector<std::string> without;                          // that the upstream does not get
  Place upstream_place;
  Place place;
};

/// The address of who sends a request of which nothing else is said.
inline constexpr std::string_view usual_client_ip = "127.0.0.1";

}  // namespace bearward::config
