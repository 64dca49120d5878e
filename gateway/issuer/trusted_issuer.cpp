#include "issuer/trusted_issuer.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <random>

#include "issuer/refresh_interval.h"
#include "telemetry/log.h"
#include "token/issuer_keys.h"

namespace bearward::issuer {
namespace {

using namespace std::chrono_literals;
using telemetry::Level;

// After a failure. Nobody of an issuer whose keys never came gets in: that is worth a look twice a minute.
constexpr std::chrono::milliseconds first_retry = 1s, slowest_retry = 30s;

/// Up to a tenth less, so that the nodes of a cluster do not all come at once.
std::chrono::milliseconds a_little_less_than(std::chrono::milliseconds interval) {
  static std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<std::chrono::milliseconds::rep> part(0, interval.count() / 10);
  return interval - std::chrono::milliseconds{part(random)};
}

}  // namespace

TrustedIssuer::TrustedIssuer(Executor control, config::TrustedIssuer settings, Fetched fetched)
    : control_(control),
      name_(settings.issuer),
      settings_(std::move(settings)),
      fetched_(std::move(fetched)),
      pause_(control),
      backoff_(first_retry, slowest_retry) {}

void TrustedIssuer::start() { asio::co_spawn(control_, run(shared_from_this()), asio::detached); }

void TrustedIssuer::close() {
  closed_ = true;
  fetched_ = {};
  pause_.cancel();
  if (fetcher_) fetcher_->cancel();
}

bool TrustedIssuer::same_source(const config::TrustedIssuer& other) const {
  return other.issuer == settings_.issuer && other.jwks_url == settings_.jwks_url && other.ca == settings_.ca;
}

void TrustedIssuer::use(config::TrustedIssuer settings) {
  const bool same_algorithms = settings.algorithms == settings_.algorithms;
  settings_ = std::move(settings);
  // What was fetched was read for other algorithms: it is read once more, and can be read as it could before.
  if (!same_algorithms && keys_) take(std::exchange(jwks_, {}));
}

Task<> TrustedIssuer::run(std::shared_ptr<TrustedIssuer> self) {
  while (!self->closed_) {
    self->demand_.fetch_began();
    try {
      co_await self->fetch();
    } catch (const std::exception& exception) {  // no memory: the next try may have some
      self->note(exception.what());
    }
    self->demand_.fetch_ended();
    if (self->closed_) co_return;
    self->pause_.expires_after(self->wait_);
    [[maybe_unused]] const auto [error] = co_await self->pause_.async_wait(use_task);
  }
}

Task<> TrustedIssuer::fetch() {
  wait_ = backoff_.next();
  fetcher_ = std::make_shared<JwksFetcher>(control_, settings_.jwks_url, settings_.ca);
  Result<FetchedJwks, std::string> fetched = co_await fetcher_->fetch();
  fetcher_.reset();
  if (closed_) co_return;
  Result<bool, std::string> changed = std::unexpected(std::string{});
  if (fetched) {
    const auto interval = refresh_interval(fetched->cache_control);
    changed = take(std::move(fetched->content));
    if (changed) {
      backoff_.reset();
      wait_ = a_little_less_than(interval);
    }
  } else {
    changed = std::unexpected(std::move(fetched.error()));
  }
  note(changed ? std::string{} : changed.error());
  if (const auto callback = fetched_; callback) callback(changed.value_or(false));
}

Result<bool, std::string> TrustedIssuer::take(std::string jwks) {
  if (keys_ && jwks == jwks_) return false;
  auto read = token::read_issuer_keys(jwks, token::algorithms_named(settings_.algorithms));
  if (!read) return std::unexpected(std::move(read.error().message));
  for (const std::string& unused : read->unused)
    telemetry::log(Level::warning, "trusted issuer {}: {}; it is not used", settings_.issuer, unused);
  if (read->keys.empty())
    telemetry::log(Level::warning, "trusted issuer {}: no key can be used; none of its tokens is accepted",
                   settings_.issuer);
  else
    telemetry::log(Level::info, "trusted issuer {}: {} keys from {}", settings_.issuer, read->keys.size(),
                   settings_.jwks_url.text);
  jwks_ = std::move(jwks);
  keys_ = std::move(read->keys);
  return true;
}

void TrustedIssuer::note(std::string problem) {
  if (problem != problem_ && !problem.empty())
    telemetry::log(Level::warning, "trusted issuer {}: cannot get keys from {}: {}; {}", settings_.issuer,
                   settings_.jwks_url.text, problem,
                   keys_ ? "those from before stay in use" : "its tokens are answered with 503 until they come");
  if (!problem_.empty() && problem.empty())
    telemetry::log(Level::info, "trusted issuer {}: {} answers again", settings_.issuer, settings_.jwks_url.text);
  problem_ = std::move(problem);
}

}  // namespace bearward::issuer
