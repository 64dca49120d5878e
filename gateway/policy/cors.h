#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/cors.h"
#include "http/head.h"

namespace bearward::policy {

/// What a browser asks before it lets a page of another origin send a request (Fetch standard, §3.3.2).
struct Preflight {
  std::string_view origin;
  std::string_view method;
  std::string_view headers;  // Access-Control-Request-Headers; empty: none
};

/// OPTIONS with an Origin and an Access-Control-Request-Method; every other request is none.
std::optional<Preflight> read_preflight(const http::RequestHead& head);

/// `cors`: which fields tell a browser that a page may read an answer, or send what it wants to. Whole
/// lines, ready to be written. An origin that is not allowed gets none of them.
class Cors {
 public:
  explicit Cors(const config::Cors& cors);

  bool allows(std::string_view origin) const;
  /// Of an answer to a preflight whose origin is allowed.
  std::string preflight_fields(const Preflight& preflight) const;
  /// Of every other answer. `origin` is empty where the request has none.
  std::string answer_fields(std::string_view origin) const;

 private:
  struct Wildcard {
    std::string before;  // "https://"
    std::string after;   // ".example.org"
  };

  std::string origin_fields(std::string_view origin) const;

  bool any_origin_ = false;
  bool credentials_;
  bool any_method_;
  bool any_header_;
  std::vector<std::string> origins_;
  std::vector<Wildcard> wildcards_;
  std::string methods_;
  std::string headers_;
  std::string expose_;
  std::string max_age_;
};

/// Is this one of the fields by which a server speaks CORS? Those of an upstream give way to the gateway's.
bool is_cors_answer_field(std::string_view name);

}  // namespace bearward::policy
