#include "issuer/trusted_issuers.h"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace bearward::issuer {

TrustedIssuers::TrustedIssuers(Executor control, TrustedIssuer::Fetched fetched)
    : control_(control), fetched_(std::move(fetched)) {}

TrustedIssuers::~TrustedIssuers() { close(); }

void TrustedIssuers::use(const std::vector<config::TrustedIssuer>& issuers) {
  std::vector<std::shared_ptr<TrustedIssuer>> next, fresh;
  for (const config::TrustedIssuer& wanted : issuers) {
    if (!wanted.jwks_file.empty()) continue;  // its keys came with the configuration
    const auto known = std::ranges::find_if(running_, [&](const auto& each) { return each->same_source(wanted); });
    if (known != running_.end()) {
      (*known)->use(wanted);
      next.push_back(*known);
    } else {
      next.push_back(std::make_shared<TrustedIssuer>(control_, wanted, fetched_));
      fresh.push_back(next.back());
    }
  }
  {
    const std::lock_guard lock(mutex_);
    running_.swap(next);
  }
  for (const auto& before : next) {
    if (std::ranges::find(running_, before) == running_.end()) before->close();
  }
  for (const auto& each : fresh) each->start();
}

std::shared_ptr<const token::KeySet> TrustedIssuers::complete(std::shared_ptr<const token::KeySet> keys) const {
  std::shared_ptr<token::KeySet> completed;
  for (std::size_t i = 0; i < keys->issuers.size(); ++i) {
    const std::string& name = keys->issuers[i].expected.issuer;
    const auto found = std::ranges::find(running_, name, &TrustedIssuer::name);
    if (!keys->issuers[i].mapping || found == running_.end() || !(*found)->keys()) continue;
    if (!completed) completed = std::make_shared<token::KeySet>(*keys);
    completed->issuers[i].keys = *(*found)->keys();
    completed->issuers[i].awaits_keys = false;
  }
  if (completed) return completed;
  return keys;
}

void TrustedIssuers::close() { use({}); }

bool TrustedIssuers::ask_for_keys(std::string_view issuer) {
  std::shared_ptr<TrustedIssuer> found;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& each : running_) {
      if (each->name() == issuer) found = each;
    }
  }
  if (!found) return false;
  const KeyDemand::Answer answer = found->demand().ask(steady_now());
  if (answer == KeyDemand::Answer::granted) asio::post(control_, [found] { found->fetch_now(); });
  return answer != KeyDemand::Answer::refused;
}

std::vector<TrustedIssuers::Status> TrustedIssuers::statuses() const {
  std::vector<Status> statuses;
  for (const auto& each : running_) statuses.push_back({each->name(), each->keys().has_value(), each->problem()});
  return statuses;
}

}  // namespace bearward::issuer
