#include "limit/login_protection.h"

#include <algorithm>
#include <utility>

#include "config/quote.h"
#include "telemetry/log.h"

namespace bearward::limit {
namespace {

using std::chrono::nanoseconds;

/// What one customer of a network provider has: who may choose the address has no more budgets for that.
constexpr unsigned ipv4_network_bits = 96 + 24;
constexpr unsigned ipv6_network_bits = 56;

IpAddress network_of(const IpAddress& address) {
  return address.masked(address.is_v4() ? ipv4_network_bits : ipv6_network_bits);
}

std::string_view bytes_of(const IpAddress& address) {
  return {reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()};
}

policy::RateLimit limit_of(const config::LoginProtection& settings) {
  return {.requests = settings.attempts, .per = settings.per};
}

}  // namespace

LoginProtection::LoginProtection(LimitTable& budgets, Clock clock)
    : table_(budgets),
      clock_(clock),
      name_scope_(budgets.scope_of("logins of a name")),
      network_scope_(budgets.scope_of("logins from a network")),
      pair_scope_(budgets.scope_of("logins of a name from a network")) {}

LoginProtection::Reservation::Reservation(LoginProtection& protection, const config::LoginProtection& settings, Try who)
    : protection_(&protection), settings_(settings), who_(std::move(who)) {}

LoginProtection::Reservation::Reservation(Reservation&& other) noexcept
    : protection_(std::exchange(other.protection_, nullptr)),
      settings_(other.settings_),
      who_(std::move(other.who_)),
      known_(other.known_) {}

LoginProtection::Reservation::~Reservation() { settle(Outcome::wrong); }

void LoginProtection::Reservation::settle(Outcome outcome) {
  if (LoginProtection* const protection = std::exchange(protection_, nullptr)) protection->settle(*this, outcome);
}

LimitTable::Key LoginProtection::pair_of(const Try& who) const {
  const IpAddress network = network_of(who.client_ip);
  return table_.key_of(pair_scope_, bytes_of(network), who.username);
}

bool LoginProtection::knows(const Try& who) const {
  return known_networks_.has(table_.key_of(name_scope_, {}, who.username), pair_of(who));
}

LoginProtection::Budgets LoginProtection::budgets_of(const config::LoginProtection& settings, const Try& who,
                                                     bool known) const {
  // A reload that changes the numbers starts with whole budgets.
  const std::string version = std::to_string(settings.attempts) + "/" + std::to_string(settings.per.count());
  const IpAddress network = network_of(who.client_ip);
  const std::string network_version = version + "/" + std::string(bytes_of(network));
  Budgets budgets{.name = {}, .network = {}, .known = known};
  if (known) {
    budgets.name = table_.key_of(pair_scope_, network_version, who.username);
  } else if (settings.by_username) {
    budgets.name = table_.key_of(name_scope_, version, who.username);
  }
  if (settings.by_client_ip) budgets.network = table_.key_of(network_scope_, network_version, {});
  return budgets;
}

LoginProtection::Standing LoginProtection::standing(const config::LoginProtection& settings, const Budgets& budgets,
                                                    SteadyTime now) {
  const policy::RateLimit limit = limit_of(settings);
  Standing standing{.wait = {}, .may_change = true};
  for (const std::optional<LimitTable::Key>& key : {budgets.name, budgets.known ? std::nullopt : budgets.network}) {
    if (!key) continue;
    const policy::RateVerdict verdict = table_.look(*key, limit, now);
    if (verdict.allowed) continue;
    standing.wait = std::max(standing.wait.value_or(nanoseconds{0}), verdict.until_next);
    standing.may_change = standing.may_change && std::ranges::find(in_flight_, *key) != in_flight_.end();
  }
  return standing;
}

std::optional<nanoseconds> LoginProtection::refuses(const config::LoginProtection& settings, const Try& who) {
  const std::scoped_lock lock(mutex_);
  const Standing found = standing(settings, budgets_of(settings, who, knows(who)), clock_());
  return found.may_change ? std::nullopt : found.wait;
}

Result<LoginProtection::Reservation, nanoseconds> LoginProtection::reserve(const config::LoginProtection& settings,
                                                                           Try who) {
  Reservation reservation(*this, settings, std::move(who));
  std::unique_lock lock(mutex_);
  while (true) {
    const SteadyTime now = clock_();
    const bool known = knows(reservation.who_);
    const Budgets budgets = budgets_of(settings, reservation.who_, known);
    const Standing found = standing(settings, budgets, now);
    if (!found.wait) {
      const policy::RateLimit limit = limit_of(settings);
      reservation.known_ = known;
      for (const std::optional<LimitTable::Key>& key : {budgets.name, known ? std::nullopt : budgets.network}) {
        if (!key) continue;
        table_.take(*key, limit, now);
        in_flight_.push_back(*key);
      }
      return reservation;
    }
    if (!found.may_change) {
      reservation.protection_ = nullptr;  // nothing was taken
      return std::unexpected(*found.wait);
    }
    settled_.wait(lock);
  }
}

void LoginProtection::note(const config::LoginProtection& settings, const Try& who, Outcome outcome) {
  std::unique_lock lock(mutex_);
  const Budgets budgets = budgets_of(settings, who, knows(who));
  const SteadyTime now = clock_();
  if (outcome == Outcome::right) {
    known_networks_.remember(table_.key_of(name_scope_, {}, who.username), pair_of(who), now);
  }
  if (outcome != Outcome::wrong) return;
  for (const std::optional<LimitTable::Key>& key : {budgets.name, budgets.network}) {
    if (key) table_.charge(*key, limit_of(settings), now);
  }
  lock.unlock();
  note_when_used_up(settings, who, budgets);
}

void LoginProtection::settle(const Reservation& reservation, Outcome outcome) {
  const config::LoginProtection& settings = reservation.settings_;
  const Try& who = reservation.who_;
  const policy::RateLimit limit = limit_of(settings);
  const Budgets budgets = budgets_of(settings, who, reservation.known_);
  {
    const std::scoped_lock lock(mutex_);
    for (const std::optional<LimitTable::Key>& key : {budgets.name, budgets.known ? std::nullopt : budgets.network}) {
      if (!key) continue;
      if (const auto at = std::ranges::find(in_flight_, *key); at != in_flight_.end()) in_flight_.erase(at);
      if (outcome != Outcome::wrong) table_.give_back(*key, limit);
    }
    // Known ones fail on the network's account as well, which they need not ask.
    if (budgets.known && budgets.network && outcome == Outcome::wrong) table_.charge(*budgets.network, limit, clock_());
    if (outcome == Outcome::right) {
      known_networks_.remember(table_.key_of(name_scope_, {}, who.username), pair_of(who), clock_());
    }
  }
  settled_.notify_all();
  if (outcome != Outcome::wrong) return;
  note_when_used_up(settings, who, budgets);
}

void LoginProtection::note_when_used_up(const config::LoginProtection& settings, const Try& who,
                                        const Budgets& budgets) {
  const auto note = [&](const std::optional<LimitTable::Key>& key, std::string_view whose) {
    if (!key || table_.look(*key, limit_of(settings), clock_()).allowed) return;
    telemetry::log(telemetry::Level::warning,
                   "login_protection: {} has failed too often, at last for {} from {}; more is answered 429", whose,
                   config::in_quotes(who.username), who.client_ip.to_string());
  };
  note(budgets.name, "the name");
  note(budgets.network, "the network");
}

}  // namespace bearward::limit
