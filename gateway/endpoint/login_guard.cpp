#include "endpoint/login_guard.h"

#include <chrono>

namespace bearward::endpoint {

using Outcome = limit::LoginProtection::Outcome;

std::optional<oauth::TokenError> LoginGuard::refuses() const {
  if (!settings_) return std::nullopt;
  const auto wait = logins_->refuses(*settings_, who_);
  return wait ? std::optional(refusal(*wait)) : std::nullopt;
}

void LoginGuard::note(bool right) const {
  if (settings_) logins_->note(*settings_, who_, right ? Outcome::right : Outcome::wrong);
}

oauth::TokenError LoginGuard::refusal(std::chrono::nanoseconds wait) {
  return oauth::TokenError::too_many_failures(
      static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(wait).count()));
}

/// A refusal for another reason comes after the right password: a scope that the user may not have, say.
Outcome LoginGuard::outcome_of(const oauth::TokenError& error) {
  if (error.code == oauth::TokenErrorCode::invalid_grant) return Outcome::wrong;
  return error.status == 503 ? Outcome::undecided : Outcome::right;
}

}  // namespace bearward::endpoint
