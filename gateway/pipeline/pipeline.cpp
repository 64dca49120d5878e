#include "pipeline/pipeline.h"

#include <algorithm>

#include "http/max_forwards.h"
#include "pipeline/forward.h"
#include "pipeline/match_route.h"

namespace bearward::pipeline {
namespace {

/// What is announced is refused at once, what is not when it comes.
std::optional<Rejection> limit_content(const http::Request& request, const policy::Route& route,
                                       std::uint64_t by_default) {
  const std::uint64_t most = route.limits.request_body_bytes.value_or(by_default);
  if (request.content.length().value_or(0) > most) return Rejection::bad_content(413, "content_too_large");
  request.content.limit_to(most);
  return std::nullopt;
}

/// Several gateways of one name in a row are no loop.
constexpr unsigned most_passes = 3;

Rejection bad_max_forwards() {
  return Rejection::not_forwardable(400, "max_forwards", "Max-Forwards is no number, or is there twice");
}

/// OPTIONS with Max-Forwards: 0 asks us, whatever stands behind (RFC 9110 §7.6.2).
http::Response answer_as_last(const policy::Route& route) {
  std::string methods;
  for (const std::string& method : route.methods) methods += (methods.empty() ? "" : ", ") + method;
  http::Response response;
  response.status = 204;
  response.own_fields =
      "Allow: " + (methods.empty() ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" : methods) + "\r\n";
  return response;
}

}  // namespace

Pipeline::Pipeline(Executor executor, async::CoarseTimer& timer, transport::BufferPool& buffers,
                   store::CachedUserStore& users, limit::LimitTable& budgets, issuer::TrustedIssuers& trusted_issuers,
                   OpenStreams::Settings streams)
    : executor_(executor),
      timer_(timer),
      buffers_(buffers),
      authenticator_(executor, users, timer, trusted_issuers),
      streams_(executor, users, timer, streams),
      budgets_(budgets) {}

void Pipeline::use(std::shared_ptr<const snapshot::Snapshot> snapshot, std::shared_ptr<const token::KeySet> keys) {
  auto next = std::make_shared<Current>();
  const upstream::Thread thread{executor_, timer_, buffers_};
  for (const auto& group : snapshot->upstreams) {
    next->pools.push_back(std::make_shared<upstream::Pool>(
        thread, group, current_ ? find_pool(*current_, group->settings().name) : nullptr));
  }
  if (current_) {
    for (const auto& old : current_->pools) {
      old->retire(find_pool(*next, old->settings().name));
    }
  }
  authenticator_.use_keys(std::move(keys));
  assertions_.forget();
  next->snapshot = std::move(snapshot);
  current_ = std::move(next);
}

const upstream::Pool* Pipeline::find_pool(const Current& current, const std::string& name) {
  const auto is_it = [&](const auto& pool) { return pool->settings().name == name; };
  const auto found = std::ranges::find_if(current.pools, is_it);
  return found != current.pools.end() ? found->get() : nullptr;
}

Task<Result<identity::Principal, Rejection>> Pipeline::authenticate(const http::Request& request, Account& account) {
  auto principal =
      co_await authenticator_.authenticate(request.head, policy::TokenNeed::required, request.connection.certificate);
  if (principal) account.note(*principal);
  co_return principal;
}

Task<Result<http::Response, Rejection>> Pipeline::handle(const http::Request& request, Account& account) {
  const std::shared_ptr<const Current> current = current_;  // to the end, whatever is reloaded meanwhile

  if (http::count_via(request.head.fields, account.origin.via) > most_passes) {
    co_return std::unexpected(Rejection::loop_detected());
  }
  const auto forwards_left = http::max_forwards(request.head);
  if (!forwards_left) co_return std::unexpected(bad_max_forwards());

  auto match = match_route(current->snapshot->routes, request.head);
  if (!match) co_return std::unexpected(std::move(match.error()));
  account.note(*match->route);

  const auto& certificate = request.connection.certificate;
  const policy::TokenNeed need = match->route->access.token_need(certificate != nullptr);
  auto principal = co_await authenticator_.authenticate(request.head, need, certificate);
  if (!principal && may_overlook(*match->route, principal.error())) {
    account.note_overlooked(principal.error());
    principal = identity::Principal{nullptr, nullptr, certificate};  // a bad token is nobody's, in mode shadow too
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

  if (*forwards_left == 0U) {
    http::Response response = answer_as_last(*match->route);
    add_rate_limit_fields(admission->fields(), response);
    co_return response;
  }

  const token::AssertionSigner* const signer = current->snapshot->assertion_signer.get();
  const std::string assertion = assertions_.of(admission->permit(), signer, unix_now());
  auto response = co_await forward(request, *admission, account.origin, account.request_id,
                                   current->pools[match->route->upstream_index], ForwardingThread{buffers_, streams_},
                                   current->snapshot->config.limits, assertion);
  if (response) {
    add_rate_limit_fields(admission->fields(), *response);
  } else {
    response.error().fields += admission->fields();
  }
  co_return response;
}

}  // namespace bearward::pipeline
