#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_network.h"
#include "base/time.h"
#include "config/diagnostics.h"
#include "config/routes.h"
#include "identity/principal.h"
#include "policy/truth.h"

namespace bearward::policy {

/// What a rule is asked about.
struct AccessRequest {
  const identity::Principal& principal;
  std::span<const std::string_view> parameters;  // values, in the order of the route's path.parameters
  IpAddress client_ip;
  UnixTime now;  // for `time`
};

/// What somebody has to bring before the conditions are looked at.
enum class TokenNeed : std::uint8_t {
  required,        // a good token
  absent_is_good,  // a token that is brought has to be good; a client certificate may do without
  optional,        // a bad one is nobody's, as none
};

struct Verdict {
  bool allowed = false;
  /// Nobody has authenticated and the rule wants somebody: 401 and a challenge, not 403.
  bool needs_credentials = false;
  /// More scope, and nothing else, would have opened the door: 403 `insufficient_scope` (RFC 6750 §3.1).
  bool insufficient_scope = false;
  std::vector<std::string_view> scopes;  // for that challenge; the views live as long as the rule
  std::string_view reason;               // the condition that decided, as the policy spells it: "roles"
  const config::Place* place = nullptr;  // where it stands; lives as long as the rule
};

/// One line of an explanation: a condition, what it wanted, what it saw.
struct Step {
  std::size_t depth = 0;  // inside how many all, any, not
  std::string_view condition;
  std::string wanted;
  std::string seen;
  Truth truth = Truth::no;
  config::Place place;
};

namespace detail {
struct AccessCondition;
}

/// The `access` of a route, compiled. Cheap to copy; immutable.
class AccessRule {
 public:
  /// Denies everybody.
  AccessRule();

  /// `parameters`: the names in the route's path, which claims may use as "{name}". A rule with an error
  /// denies everybody.
  static AccessRule compile(const config::Access& access, std::span<const std::string> parameters,
                            config::Diagnostics& diagnostics);

  /// May somebody who has not authenticated be let in? Then a token is optional and a bad one is ignored.
  /// True for `public`, alone or as a branch; an address alone (`client_ip`) never replaces authentication, a client
  /// certificate does.
  bool is_public() const { return is_public_; }

  /// May somebody be let in by a client certificate, without a token?
  bool takes_certificate() const { return takes_certificate_; }

  /// Of a connection whose client has, or has not, shown a certificate.
  TokenNeed token_need(bool certificate_shown) const {
    if (is_public_) return TokenNeed::optional;
    return takes_certificate_ && certificate_shown ? TokenNeed::absent_is_good : TokenNeed::required;
  }

  const detail::AccessCondition& condition() const { return *condition_; }

 private:
  std::shared_ptr<const detail::AccessCondition> condition_;
  bool is_public_ = false;
  bool takes_certificate_ = false;
};

/// Allocates nothing when the answer is yes and no trace is wanted. With `trace` every condition is
/// looked at and noted, outer ones before inner ones; the verdict is the same.
Verdict evaluate(const AccessRule& rule, const AccessRequest& request, std::vector<Step>* trace = nullptr);

}  // namespace bearward::policy
