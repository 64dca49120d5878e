#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace bearward::config {

/// Which pages of other origins may read answers (Fetch standard, "CORS protocol").
struct Cors {
  std::vector<std::string> origins;  // as browsers write them, `https://*.example.org`, or `*` alone
  std::vector<std::string> methods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  std::vector<std::string> headers = {"Authorization", "Content-Type"};
  std::vector<std::string> expose = {"Retry-After",     "WWW-Authenticate",    "X-Request-Id",
                                     "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"};
  bool credentials = false;
  std::chrono::seconds max_age{600};
};

}  // namespace bearward::config
