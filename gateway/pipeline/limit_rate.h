#pragma once

#include <string>
#include <utility>

#include "base/ip_network.h"
#include "base/result.h"
#include "http/message.h"
#include "limit/limit_table.h"
#include "pipeline/authorize.h"
#include "pipeline/rejection.h"

namespace bearward::pipeline {

/// Proof that a permitted request is within the route's `rate_limit`. Only `limit_rate` makes one, and
/// `forward` asks for it.
class Admission {
 public:
  const Permit& permit() const { return permit_; }
  /// The RateLimit fields of the answer, whole lines; empty where the route has no limit.
  const std::string& fields() const { return fields_; }

 private:
  friend Result<Admission, Rejection> limit_rate(Permit, const IpAddress&, limit::LimitTable&);
  Admission(Permit permit, std::string fields) : permit_(std::move(permit)), fields_(std::move(fields)) {}

  Permit permit_;
  std::string fields_;
};

/// Takes the request off the budget of its caller, or refuses it: 429 with Retry-After. A route without
/// `rate_limit` costs nothing here.
Result<Admission, Rejection> limit_rate(Permit permit, const IpAddress& client_ip, limit::LimitTable& budgets);

/// Tells the client how it stands; what an upstream says of a limit of its own gives way to that.
void add_rate_limit_fields(const std::string& fields, http::Response& response);

}  // namespace bearward::pipeline
