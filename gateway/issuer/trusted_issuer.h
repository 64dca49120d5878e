#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/backoff.h"
#include "async/task.h"
#include "config/trusted_issuers.h"
#include "issuer/jwks_fetcher.h"
#include "issuer/key_demand.h"
#include "token/key_set.h"

namespace bearward::issuer {

/// The keys of one trusted issuer whose `jwks` is an URL: fetched at the start, and again and again. What
/// was fetched last is kept while the issuer is down, for as long as the process lives; a key that it
/// withdrew is gone with the next fetch. On the control thread, but for `name` and `demand`.
class TrustedIssuer : public std::enable_shared_from_this<TrustedIssuer> {
 public:
  /// Called after every fetch, good or bad: whether other keys came of it.
  using Fetched = std::function<void(bool changed)>;

  TrustedIssuer(Executor control, config::TrustedIssuer settings, Fetched fetched);

  void start();
  /// Ends what runs; nothing is called back any more.
  void close();

  /// Whether keys that were fetched for this one are the keys of that one as well.
  bool same_source(const config::TrustedIssuer& other) const;
  /// Other settings for the same source.
  void use(config::TrustedIssuer settings);

  const std::string& name() const { return name_; }  // any thread
  /// nullopt: none have come yet.
  const std::optional<std::vector<token::NamedKey>>& keys() const { return keys_; }
  /// Why the last fetch failed; empty: it did not.
  const std::string& problem() const { return problem_; }

  KeyDemand& demand() { return demand_; }
  /// Without waiting for the next time; nothing when a fetch runs.
  void fetch_now() { pause_.cancel(); }

 private:
  static Task<> run(std::shared_ptr<TrustedIssuer> self);
  Task<> fetch();
  /// Whether other keys came of it; the error says why none did.
  Result<bool, std::string> take(std::string jwks);
  void note(std::string problem);

  Executor control_;
  const std::string name_;
  config::TrustedIssuer settings_;
  Fetched fetched_;
  asio::steady_timer pause_;
  async::Backoff backoff_;
  std::shared_ptr<JwksFetcher> fetcher_;
  KeyDemand demand_;
  std::string jwks_;  // what was fetched last and is in use
  std::optional<std::vector<token::NamedKey>> keys_;
  std::string problem_;
  std::chrono::milliseconds wait_{};
  bool closed_ = false;
};

}  // namespace bearward::issuer
