#include "app/dispatch.h"

namespace bearward::app {
namespace {

/// OPTIONS * asks about the server (RFC 9110 §9.3.7): it is never forwarded.
http::Response about_the_server() {
  http::Response response;
  response.status = 204;
  return response;
}

}  // namespace

void Dispatch::use(std::shared_ptr<const snapshot::Snapshot> snapshot, std::shared_ptr<const token::KeySet> keys) {
  pipeline_.use(snapshot, std::move(keys));
  snapshot_ = std::move(snapshot);
}

Task<http::Response> Dispatch::handle(http::Request request) {
  const auto snapshot = snapshot_;  // what the account and a rejection point into, reloads notwithstanding
  pipeline::Account account;
  accounting_.open(account, request, snapshot->config.trusted_proxies);
  http::Response response;
  const std::string_view path = request.head.target.path;
  const config::Endpoint* const own = snapshot->config.endpoints.find(path);
  if (path == "*") {
    response = about_the_server();
  } else if (own != nullptr) {
    response = co_await own_endpoints_.handle(*own, request, snapshot);
    if (response.status >= 400) {
      response.own_fields += "X-Request-Id: " + std::string(account.request_id) + "\r\n";
      accounting_.refused(account, request, {.status = response.status, .step = "endpoint", .reason = to_string(*own)});
    }
  } else {
    const config::Compatibility compatibility = snapshot->config.compatibility;
    Result<http::Response, pipeline::Rejection> result = co_await pipeline_.handle(request, account);
    if (result) {
      response = std::move(*result);
    } else {
      account.note(result.error());
      accounting_.refused(account, request, result.error());
      response = pipeline::to_response(result.error(), compatibility, account.request_id);
    }
  }
  accounting_.close(account, request, response);
  co_return response;
}

http::Response Dispatch::refuse(const http::Connection& connection, int status, std::string_view reason) {
  return accounting_.refuse(connection, pipeline::Rejection::unreadable(status, reason),
                            snapshot_->config.compatibility);
}

}  // namespace bearward::app
