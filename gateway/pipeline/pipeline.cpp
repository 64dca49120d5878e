#include "pipeline/pipeline.h"

#include <algorithm>

#include "pipeline/forward.h"
#include "pipeline/match_route.h"

namespace bearward::pipeline {
namespace {

bool same_upstream(const config::Upstream& a, const config::Upstream& b) {
  const auto same_target = [](const config::Target& x, const config::Target& y) {
    return x.host == y.host && x.port == y.port;
  };
  return a.name == b.name && a.connect_timeout == b.connect_timeout && a.response_timeout == b.response_timeout &&
         a.idle_connections == b.idle_connections && a.retries == b.retries &&
         std::ranges::equal(a.targets, b.targets, same_target);
}

/// A route in mode shadow lets through what is wrong with the credentials, but not what nobody can know now.
bool may_overlook(const policy::Route& route, const Rejection& rejection) {
  return route.mode == config::Mode::shadow && rejection.status < 500;
}

/// What is announced is refused at once, what is not when it comes.
std::optional<Rejection> limit_content(const http::Request& request, const policy::Route& route,
                                       std::uint64_t by_default) {
  const std::uint64_t most = route.limits.request_body_bytes.value_or(by_default);
  if (request.content.length().value_or(0) > most) return Rejection::bad_content(413, "content_too_large");
  request.content.limit_to(most);
  return std::nullopt;
}

}  // namespace

Pipeline::Pipeline(Executor executor, async::CoarseTimer& timer, transport::BufferPool& buffers,
                   store::CachedUserStore& users, limit::LimitTable& budgets)
    : executor_(executor), timer_(timer), buffers_(buffers), authenticator_(users, timer), budgets_(budgets) {}

void Pipeline::use(std::shared_ptr<const snapshot::Snapshot> snapshot) {
  auto next = std::make_shared<Current>();
  for (const config::Upstream& upstream : snapshot->config.upstreams) {
    std::shared_ptr<upstream::Pool> pool;
    if (current_) {
      for (const auto& old : current_->pools) {
        if (same_upstream(old->settings(), upstream)) pool = old;
      }
    }
    next->pools.push_back(pool ? pool : std::make_shared<upstream::Pool>(executor_, timer_, buffers_, upstream));
  }
  authenticator_.use_keys(snapshot->keys);
  assertions_.forget();
  next->snapshot = std::move(snapshot);
  current_ = std::move(next);
}

Task<Result<http::Response, Rejection>> Pipeline::handle(const http::Request& request, Account& account) {
  const std::shared_ptr<const Current> current = current_;  // to the end, whatever is reloaded meanwhile

  auto match = match_route(current->snapshot->routes, request.head);
  if (!match) co_return std::unexpected(std::move(match.error()));
  account.note(*match->route);

  auto principal = co_await authenticator_.authenticate(request.head, match->route->access.is_public());
  if (!principal && may_overlook(*match->route, principal.error())) {
    account.note_overlooked(principal.error());
    principal = identity::Principal{};  // a bad token is nobody's, in mode shadow too
  }
  if (!principal) co_return std::unexpected(std::move(principal.error()));
  account.note(*principal);

  auto permit = authorize(*match, std::move(*principal), account.origin.client_ip, unix_now());
  if (!permit) co_return std::unexpected(std::move(permit.error()));
  if (permit->overlooked()) account.note_overlooked(*permit->overlooked());

  const auto admission = limit_rate(std::move(*permit), account.origin.client_ip, budgets_);
  if (!admission) co_return std::unexpected(admission.error());
  if (auto refused = limit_content(request, *match->route, current->snapshot->config.limits.request_body_bytes)) {
    refused->fields += admission->fields();
    co_return std::unexpected(std::move(*refused));
  }

  const token::AssertionSigner* const signer = current->snapshot->assertion_signer.get();
  const std::string assertion = assertions_.of(admission->permit(), signer, unix_now());
  auto response = co_await forward(request, *admission, account.origin, account.request_id,
                                   current->pools[match->route->upstream_index], buffers_,
                                   current->snapshot->config.limits.idle_timeout, assertion);
  if (response) {
    add_rate_limit_fields(admission->fields(), *response);
  } else {
    response.error().fields += admission->fields();
  }
  co_return response;
}

}  // namespace bearward::pipeline
