#include "app/dispatch.h"

#include "endpoint/me_endpoint.h"
#include "pipeline/answer_preflight.h"

namespace bearward::app {
namespace {

/// OPTIONS * asks about the server (RFC 9110 §9.3.7): it is never forwarded.
http::Response about_the_server() {
  http::Response response;
  response.status = 204;
  return response;
}

/// Hashes passwords, signs tokens, or writes to the user store.
bool is_expensive(config::Endpoint endpoint) {
  return endpoint == config::Endpoint::token || endpoint == config::Endpoint::sign_up ||
         endpoint == config::Endpoint::revoke || endpoint == config::Endpoint::introspect;
}

}  // namespace

void Dispatch::set_overloaded(bool overloaded) {
  overloaded_ = overloaded;
  pipeline_.set_overloaded(overloaded);
}

void Dispatch::use(std::shared_ptr<const snapshot::Snapshot> snapshot, std::shared_ptr<const token::KeySet> keys) {
  pipeline_.use(snapshot, std::move(keys));
  snapshot_ = std::move(snapshot);
}

Task<http::Response> Dispatch::handle(http::Request request) {
  const auto snapshot = snapshot_;  // what the account and a rejection point into, reloads notwithstanding
  pipeline::Account account;
  accounting_.open(account, request, snapshot->config);
  http::Response response;
  const std::string_view path = request.head.target.path;
  const config::Compatibility compatibility = snapshot->config.compatibility;
  const config::Endpoint* const own = snapshot->config.endpoints.find(path);
  const bool asks_who = own != nullptr && *own == config::Endpoint::me;
  const auto preflight = pipeline::answer_preflight(*snapshot, request.head, account);
  if (path == "*") {
    response = about_the_server();
  } else if (preflight && *preflight) {
    response.status = (*preflight)->status;
    response.own_fields = (*preflight)->own_fields;
  } else if (preflight) {
    account.note(preflight->error());
    accounting_.refused(account, request, preflight->error());
    response = pipeline::to_response(preflight->error(), compatibility, account.request_id);
  } else if (own != nullptr && overloaded_ && is_expensive(*own)) {
    const auto refused = pipeline::Rejection::overloaded("endpoint");
    account.note(refused);
    accounting_.refused(account, request, refused);
    response = pipeline::to_response(refused, compatibility, account.request_id);
  } else if (own != nullptr && !asks_who) {
    response = co_await own_endpoints_.handle(*own, request, snapshot);
    if (response.status >= 400) name_refusal(request, account, *own, response);
  } else {
    Task<Answer> way = asks_who ? answer_me(request, account, compatibility) : pipeline_.handle(request, account);
    Answer result = co_await std::move(way);
    if (result) {
      response = std::move(*result);
      if (asks_who && response.status >= 400) name_refusal(request, account, *own, response);
    } else {
      account.note(result.error());
      accounting_.refused(account, request, result.error());
      response = pipeline::to_response(result.error(), compatibility, account.request_id);
    }
  }
  if (!preflight) pipeline::add_cors_fields(*snapshot, request.head, account, response);
  accounting_.close(account, request, response);
  co_return response;
}

void Dispatch::name_refusal(const http::Request& request, const pipeline::Account& account, config::Endpoint endpoint,
                            http::Response& response) {
  response.own_fields += "X-Request-Id: " + std::string(account.request_id) + "\r\n";
  accounting_.refused(account, request, {.status = response.status, .step = "endpoint", .reason = to_string(endpoint)});
}

Task<Dispatch::Answer> Dispatch::answer_me(const http::Request& request, pipeline::Account& account,
                                           config::Compatibility compatibility) {
  if (auto refused = endpoint::refuse_me_method(request.head.method, compatibility)) co_return std::move(*refused);
  const auto principal = co_await pipeline_.authenticate(request, account);
  if (!principal) co_return std::unexpected(principal.error());
  co_return endpoint::answer_me(*principal, compatibility);
}

http::Response Dispatch::refuse(const http::Connection& connection, int status, std::string_view reason) {
  return accounting_.refuse(connection, pipeline::Rejection::unreadable(status, reason),
                            snapshot_->config.compatibility);
}

}  // namespace bearward::app
