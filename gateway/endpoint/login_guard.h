#pragma once

#include <optional>

#include "config/login_protection.h"
#include "limit/login_protection.h"
#include "oauth/token_error.h"

namespace bearward::endpoint {

/// Stands before one check of a password or a client's secret, where `login_protection` is configured;
/// elsewhere it lets everything through.
class LoginGuard {
 public:
  using Try = limit::LoginProtection::Try;

  LoginGuard(limit::LoginProtection& logins, const std::optional<config::LoginProtection>& settings, Try who)
      : logins_(&logins), settings_(settings), who_(std::move(who)) {}

  /// On an I/O thread, before the try is queued: 429 where it will not be heard.
  std::optional<oauth::TokenError> refuses() const;
  /// For what is checked on the spot: how it has ended.
  void note(bool right) const;
  /// On the hashing pool: takes the try off its budgets, runs `check`, and gives it back unless the answer is
  /// that the password was wrong.
  template <class Check>
  auto check(const Check& check) const -> decltype(check()) {
    if (!settings_) return check();
    auto reservation = logins_->reserve(*settings_, who_);
    if (!reservation) return std::unexpected(refusal(reservation.error()));
    auto answer = check();
    reservation->settle(answer ? limit::LoginProtection::Outcome::right : outcome_of(answer.error()));
    return answer;
  }

 private:
  static oauth::TokenError refusal(std::chrono::nanoseconds wait);
  static limit::LoginProtection::Outcome outcome_of(const oauth::TokenError& error);

  limit::LoginProtection* logins_;
  std::optional<config::LoginProtection> settings_;
  Try who_;
};

}  // namespace bearward::endpoint
