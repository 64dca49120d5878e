#include "upstream/target.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "base/result.h"
#include "upstream/stable_hash.h"

namespace bearward::upstream {
namespace {

using boost::asio::ip::address;

/// Long before any time that is asked for, and far from the end of what the type holds.
constexpr SteadyTime::rep long_ago = -std::chrono::duration_cast<SteadyTime::duration>(std::chrono::hours{24}).count();

std::string url_of(const config::Target& settings) {
  const bool is_v6 = settings.host.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + settings.host + "]" : settings.host;
  return (settings.tls ? "https://" : "http://") + host + ":" + std::to_string(settings.port);
}

}  // namespace

Target::Target(const config::Target& settings, std::shared_ptr<const ClientTls> tls)
    : host_(settings.host),
      port_(settings.port),
      tls_(settings.tls ? std::move(tls) : nullptr),
      url_(url_of(settings)),
      hash_(stable_hash(url_)),
      back_at_(long_ago),
      logged_at_(long_ago) {
  error_code error;
  const address literal = boost::asio::ip::make_address(host_, error);
  is_address_ = !error;
  if (is_address_) set_addresses({literal});
}

bool Target::set_healthy(bool healthy, SteadyTime now) {
  if (healthy_.exchange(healthy, std::memory_order_relaxed) == healthy) return false;
  if (healthy) back_at_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  return true;
}

double Target::share(SteadyTime now) const {
  constexpr double at_first = 0.1;
  const auto since = now - back_at();
  if (since >= slow_return) return 1;
  if (since < SteadyTime::duration::zero()) return 0;
  const double part = std::chrono::duration<double>(since) / std::chrono::duration<double>(slow_return);
  return at_first + (1 - at_first) * part;
}

bool Target::note_failure(SteadyTime now) {
  if (ejected(now)) return false;
  const unsigned failures = failures_.fetch_add(1, std::memory_order_relaxed) + 1;
  const bool on_probation = ejections_.load(std::memory_order_relaxed) != 0 && now - back_at() < slow_return;
  return failures >= (on_probation ? 1 : most_failures);
}

std::chrono::milliseconds Target::eject(SteadyTime now) {
  constexpr unsigned most_doublings = 6;  // 5 s, 10 s, ... 300 s
  if (now - back_at() > longest_ejection) ejections_.store(0, std::memory_order_relaxed);
  const unsigned before = ejections_.fetch_add(1, std::memory_order_relaxed);
  const std::chrono::seconds duration =
      std::min<std::chrono::seconds>(first_ejection * (1U << std::min(before, most_doublings)), longest_ejection);
  failures_.store(0, std::memory_order_relaxed);
  back_at_.store((now + duration).time_since_epoch().count(), std::memory_order_relaxed);
  return duration;
}

bool Target::may_log(SteadyTime now) {
  const SteadyTime::rep wanted = now.time_since_epoch().count();
  SteadyTime::rep last = logged_at_.load(std::memory_order_relaxed);
  if (SteadyTime::duration{wanted - last} < std::chrono::seconds{1}) return false;
  return logged_at_.compare_exchange_strong(last, wanted, std::memory_order_relaxed);
}

std::shared_ptr<const Endpoints> Target::endpoints() const {
  const std::lock_guard lock(mutex_);
  return endpoints_;
}

void Target::set_addresses(const std::vector<address>& found) {
  auto next = std::make_shared<Endpoints>();
  for (const address& each : found) next->emplace_back(each, port_);
  const std::lock_guard lock(mutex_);
  if (endpoints_ && (found.empty() || *endpoints_ == *next)) return;
  endpoints_ = std::move(next);
  first_endpoint.store(0, std::memory_order_relaxed);
  endpoints_version_.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace bearward::upstream
