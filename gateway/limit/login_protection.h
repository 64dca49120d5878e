#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_network.h"
#include "base/result.h"
#include "base/time.h"
#include "config/login_protection.h"
#include "limit/known_networks.h"
#include "limit/limit_table.h"

namespace bearward::limit {

/// Slows down who guesses passwords (`login_protection`). One for the process. A try is taken off its
/// budgets before the password is hashed, so that of a hundred guesses at once no more than the budget is
/// computed, and given back when the password was right: only failed tries count. Thread-safe.
///
/// Nobody can be locked out by it. A name and a network that it has logged in from before have a budget of
/// their own, and are asked for that one alone: whoever burns the name's budget elsewhere, or the network's
/// with other names, is not in the way. And every budget refills steadily.
class LoginProtection {
 public:
  using Clock = SteadyTime (*)();

  explicit LoginProtection(LimitTable& budgets, Clock clock = steady_now);

  /// Who wants to log in: a name, whether there is such a user or not, and the address that is believed.
  struct Try {
    std::string username;
    IpAddress client_ip;
  };
  enum class Outcome : std::uint8_t { right, wrong, undecided };

  /// A try that may go on. Counts as wrong unless its end is told.
  class Reservation {
   public:
    Reservation(Reservation&& other) noexcept;
    Reservation& operator=(Reservation&&) = delete;
    ~Reservation();

    void settle(Outcome outcome);

   private:
    friend class LoginProtection;
    Reservation(LoginProtection& protection, const config::LoginProtection& settings, Try who);

    LoginProtection* protection_;  // null: settled
    config::LoginProtection settings_;
    Try who_;
    bool known_ = false;
  };

  /// How long to wait before a try can be heard, where failed ones have used up a budget; nothing where it
  /// may go on. Takes nothing.
  std::optional<std::chrono::nanoseconds> refuses(const config::LoginProtection& settings, const Try& who);
  /// Takes the try off its budgets, or says how long to wait. Where other tries are being decided that may
  /// yet turn out right, and only they stand in the way, it waits for them: for as long as a hash takes, on
  /// the hashing pool only.
  Result<Reservation, std::chrono::nanoseconds> reserve(const config::LoginProtection& settings, Try who);
  /// Of what is checked at once, without a reservation: tells how a try that was not refused has ended.
  void note(const config::LoginProtection& settings, const Try& who, Outcome outcome);

 private:
  /// A try's budgets. A known pair of name and network asks `name` alone.
  struct Budgets {
    std::optional<LimitTable::Key> name;
    std::optional<LimitTable::Key> network;
    bool known = false;
  };
  struct Standing {
    std::optional<std::chrono::nanoseconds> wait;  // a budget is used up for so long
    bool may_change = false;                       // by tries that are being decided
  };

  Budgets budgets_of(const config::LoginProtection& settings, const Try& who, bool known) const;
  bool knows(const Try& who) const;
  LimitTable::Key pair_of(const Try& who) const;
  Standing standing(const config::LoginProtection& settings, const Budgets& budgets, SteadyTime now);
  void settle(const Reservation& reservation, Outcome outcome);
  void note_when_used_up(const config::LoginProtection& settings, const Try& who, const Budgets& budgets);

  LimitTable& table_;
  Clock clock_;
  std::uint64_t name_scope_;
  std::uint64_t network_scope_;
  std::uint64_t pair_scope_;
  std::mutex mutex_;
  std::condition_variable settled_;
  KnownNetworks known_networks_;
  std::vector<LimitTable::Key> in_flight_;  // as many as threads hash, twice at most
};

}  // namespace bearward::limit
