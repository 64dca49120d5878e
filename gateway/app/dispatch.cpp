#include "app/dispatch.h"

#include <algorithm>

namespace bearward::app {
namespace {

bool contains(const std::vector<std::string>& paths, std::string_view path) {
  return std::ranges::find(paths, path) != paths.end();
}

bool is_own(const snapshot::Snapshot& snapshot, std::string_view path) {
  return path == "*" || contains(snapshot.config.endpoints.token, path);
}

}  // namespace

void Dispatch::use(std::shared_ptr<const snapshot::Snapshot> snapshot) {
  pipeline_.use(snapshot);
  snapshot_ = std::move(snapshot);
}

Task<http::Response> Dispatch::handle(http::Request request) {
  const auto snapshot = snapshot_;  // what the account and a rejection point into, reloads notwithstanding
  pipeline::Account account;
  accounting_.open(account, request, snapshot->config.trusted_proxies);
  http::Response response;
  if (is_own(*snapshot, request.head.target.path)) {
    response = co_await answer_own(request, account);
  } else {
    const config::Compatibility compatibility = snapshot->config.compatibility;
    Result<http::Response, pipeline::Rejection> result = co_await pipeline_.handle(request, account);
    if (result) {
      response = std::move(*result);
    } else {
      account.note(result.error());
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

Task<http::Response> Dispatch::answer_own(const http::Request& request, const pipeline::Account& account) {
  http::Response response;
  if (request.head.target.path == "*") {
    response.status = 204;  // OPTIONS * asks about the server (RFC 9110 §9.3.7): it is never forwarded
  } else {
    response = co_await token_endpoint_.handle(request, snapshot_);
  }
  if (response.status >= 400) response.own_fields += "X-Request-Id: " + std::string(account.request_id) + "\r\n";
  co_return response;
}

}  // namespace bearward::app
