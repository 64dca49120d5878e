#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/endpoints.h"
#include "config/place.h"
#include "http/message.h"

namespace bearward::pipeline {

/// A request that goes no further. Outside it says no more than the RFC asks; `reason` is for the log.
struct Rejection {
  int status = 500;
  std::string_view step{};    // the stage that refused: match_route, authenticate, authorize, limit_rate, forward
  std::string_view reason{};  // stable and short: "expired", "roles", "no_route"
  std::string_view detail{};  // a sentence for the client
  std::string_view error{};   // RFC 6750 §3.1; empty: none
  std::string scope{};        // of insufficient_scope
  std::string allow{};        // of 405
  const config::Place* place = nullptr;  // of the condition that decided; lives as long as the snapshot
  bool challenge = false;                // send WWW-Authenticate: Bearer
  std::uint64_t retry_after = 0;         // seconds, of 429 and 503; zero: not said
  std::string fields{};                  // further lines of the answer, each `Name: value CR LF`
  bool inactive_user = false;            // a disabled user: FastAPI's tutorial has an answer of its own

  /// Not taken for a request at all: `reason` says which rule it broke.
  static Rejection unreadable(int status, std::string_view reason);
  static Rejection ambiguous_path();
  static Rejection no_route();
  /// A preflight for a page that may not read the answer.
  static Rejection origin_not_allowed();
  static Rejection method_not_allowed(std::string allow);
  static Rejection no_credentials();
  static Rejection invalid_request(std::string_view reason);
  static Rejection invalid_token(std::string_view reason);
  static Rejection inactive();
  static Rejection insufficient_scope(std::string scope);
  static Rejection forbidden(std::string_view reason);
  static Rejection too_many_requests(std::uint64_t retry_after, std::string fields);
  static Rejection unavailable(std::string_view step, std::string_view reason);
  /// 503: the worker is behind with its work, and this is work that it can put off.
  static Rejection overloaded(std::string_view step);
  /// The client's content: 400 malformed, 408 too slow, 413 too large.
  static Rejection bad_content(int status, std::string_view reason);
  /// The client closed its connection while its answer was awaited: 499, for the log alone.
  static Rejection client_gone();
  /// 508: it has come through gateways of our name too often.
  static Rejection loop_detected();
  /// The request cannot be told to an upstream as it is.
  static Rejection not_forwardable(int status, std::string_view reason, std::string_view detail);
  /// 503: no target of the upstream can take it now.
  static Rejection no_upstream(std::string_view reason);
  /// 502 or 504.
  static Rejection upstream(int status, std::string_view reason);
};

/// The response: problem+json (RFC 9457), or FastAPI's {"detail": ...}.
http::Response to_response(const Rejection& rejection, config::Compatibility compatibility,
                           std::string_view request_id);

}  // namespace bearward::pipeline
