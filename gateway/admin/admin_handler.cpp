#include "admin/admin_handler.h"

#include <utility>

#include "admin/browser_guard.h"
#include "admin/config_call.h"
#include "admin/upstreams_call.h"
#include "http/percent_decoding.h"
#include "http/problem.h"

namespace bearward::admin {
namespace {

constexpr std::string_view users_path = "/v1/users/";
constexpr std::string_view decisions_path = "/v1/decisions/";

http::Response not_found() { return http::problem(404, "the admin listener has no such path"); }

http::Response method_not_allowed(std::string_view allow) {
  http::Response response = http::problem(405, "the path has no such method");
  response.own_fields += "Allow: " + std::string(allow) + "\r\n";
  return response;
}

bool reads(const http::RequestHead& head) { return head.method == "GET" || head.method == "HEAD"; }

/// As a coroutine, so that every branch of a route is one.
Task<http::Response> at_once(http::Response response) { co_return response; }

}  // namespace

AdminHandler::AdminHandler(Hooks hooks)
    : hooks_(std::move(hooks)), user_call_(hooks_.users, hooks_.store_pool, hooks_.announce) {}

Task<http::Response> AdminHandler::handle(http::Request request) {
  http::Response response = co_await route(request);
  response.own_fields += "Cache-Control: no-store\r\n";  // states of a moment, and of people
  co_return response;
}

Task<http::Response> AdminHandler::route(http::Request request) {
  const std::string_view path = request.head.target.path;
  // Ahead of the guard: probes call by any name, and there is nothing in the answers.
  if (path == "/healthz") return at_once(reads(request.head) ? answer_healthz() : method_not_allowed("GET, HEAD"));
  if (path == "/readyz") {
    if (!reads(request.head)) return at_once(method_not_allowed("GET, HEAD"));
    return answer_readyz(hooks_.readiness, hooks_.users, hooks_.store_pool);
  }
  if (path == "/metrics") {
    return at_once(reads(request.head) ? answer_metrics(hooks_.metrics, hooks_.running)
                                       : method_not_allowed("GET, HEAD"));
  }
  if (const auto problem = problem_with_browser(request.head)) return at_once(http::problem(403, *problem));
  if (path == "/v1/reload") {
    if (reads(request.head)) return at_once(answer_last_reload(hooks_.last_reload));
    return request.head.method == "POST" ? answer_reload(hooks_.reload)
                                         : at_once(method_not_allowed("GET, HEAD, POST"));
  }
  if (path == "/v1/routes") {
    return at_once(reads(request.head) ? answer_routes(hooks_.running) : method_not_allowed("GET, HEAD"));
  }
  if (path == "/v1/upstreams") {
    return at_once(reads(request.head) ? answer_upstreams(hooks_.running) : method_not_allowed("GET, HEAD"));
  }
  if (path == "/v1/config") {
    return at_once(reads(request.head) ? answer_config(hooks_.running) : method_not_allowed("GET, HEAD"));
  }
  if (path.starts_with(decisions_path)) {
    if (!reads(request.head)) return at_once(method_not_allowed("GET, HEAD"));
    return at_once(answer_decision(hooks_.find_decision, path.substr(decisions_path.size())));
  }
  if (path.starts_with(users_path)) return call_user(request, path.substr(users_path.size()));
  return at_once(not_found());
}

Task<http::Response> AdminHandler::call_user(http::Request request, std::string_view encoded_username) {
  if (encoded_username.empty() || encoded_username.find('/') != std::string_view::npos) return at_once(not_found());
  auto username = http::percent_decode(encoded_username);
  if (!username) return at_once(http::problem(400, "the user name in the path is not UTF-8"));
  if (reads(request.head)) return user_call_.show(std::move(*username));
  if (request.head.method == "PATCH") return user_call_.change(std::move(*username), request);
  return at_once(method_not_allowed("GET, HEAD, PATCH"));
}

}  // namespace bearward::admin
