#include "pipeline/account.h"

#include "crypto/random.h"
#include "telemetry/shadow_refusals.h"

namespace bearward::pipeline {
namespace {

http::RequestIdMaker make_request_ids() {
  std::uint64_t seeds[2];
  crypto::random_bytes({reinterpret_cast<unsigned char*>(seeds), sizeof seeds});
  return {seeds[0], seeds[1]};
}

std::string text_of(const config::Place& place) {
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

/// Who asked, as far as it is known.
std::string_view user_of(const Account& account) {
  const identity::Principal& principal = account.principal;
  if (principal.user) return principal.user->username;
  return principal.token ? std::string_view{principal.token->username} : std::string_view{};
}

/// Writes the access log's line when the response has been sent; keeps what it says until then.
class AccessLogLine final : public http::ExchangeObserver {
 public:
  AccessLogLine(telemetry::AccessLogBuffer& log, SteadyTime began) : log_(log), began_(began) {}

  void exchange_ended(const http::ExchangeEnd& end) override {
    if (!end.cut_by.empty()) reason = "stream:" + std::string(end.cut_by);
    log_.append({.client_ip = client_ip,
                 .method = method,
                 .host = host,
                 .path = path,
                 .status = end.status,
                 .content_bytes = end.content_bytes,
                 .tunnelled_bytes = end.tunnelled_bytes,
                 .complete = end.complete,
                 .duration = std::chrono::duration_cast<std::chrono::microseconds>(steady_now() - began_),
                 .route = route,
                 .user = user,
                 .roles = roles,
                 .scopes = scopes,
                 .client_id = client_id,
                 .issuer = issuer,
                 .upstream = upstream,
                 .reason = reason,
                 .shadow = shadow,
                 .request_id = request_id});
  }

  std::string client_ip, method, host, path, route, user, roles, scopes, client_id, issuer, upstream, reason, shadow,
      request_id;

 private:
  telemetry::AccessLogBuffer& log_;
  SteadyTime began_;
};

}  // namespace

Accounting::Accounting(telemetry::AccessLogBuffer& access_log, telemetry::DecisionLog& decisions)
    : access_log_(access_log), decisions_(decisions), request_ids_(make_request_ids()) {}

void Accounting::open(Account& account, const http::Request& request, const config::Config& config) {
  account.logged = access_log_.enabled();
  if (account.logged) account.began = steady_now();
  account.origin = http::find_origin(request.head, request.connection, config.trusted_proxies);
  account.origin.via = config.via;
  const http::Field* brought =
      account.origin.trusted ? http::find(request.head.fields, http::FieldId::x_request_id) : nullptr;
  const bool one = http::count(request.head.fields, http::FieldId::x_request_id) == 1;
  if (brought != nullptr && one && http::is_request_id(brought->value)) {
    account.request_id = brought->value;
  } else {
    account.made_id = request_ids_.next();
    account.request_id = http::view(account.made_id);
  }
}

http::Response Accounting::refuse(const http::Connection& connection, const Rejection& rejection,
                                  config::Compatibility compatibility) {
  const http::RequestIdMaker::Id id = request_ids_.next();
  http::Response response = to_response(rejection, compatibility, http::view(id));
  responses_.count(response.status);
  rejections_.count(rejection.step, rejection.reason);
  decisions_.add({.request_id = http::view(id),
                  .time = unix_now(),
                  .status = response.status,
                  .client_ip = connection.peer_text,
                  .step = rejection.step,
                  .reason = rejection.reason});
  if (!access_log_.enabled()) return response;
  auto line = std::make_unique<AccessLogLine>(access_log_, steady_now());
  line->client_ip = connection.peer_text;
  line->reason = std::string(rejection.step) + ":" + std::string(rejection.reason);
  line->request_id = http::view(id);
  response.observer = std::move(line);
  return response;
}

void Accounting::refused(const Account& account, const http::Request& request, const Rejection& rejection) {
  const bool in_shadow = account.overlooked.has_value() && &rejection == &*account.overlooked;
  if (!in_shadow) rejections_.count(rejection.step, rejection.reason);
  const std::string client_ip = account.origin.client_ip.to_string();
  const std::string condition = rejection.place == nullptr ? std::string{} : text_of(*rejection.place);
  decisions_.add({.request_id = account.request_id,
                  .time = unix_now(),
                  .status = rejection.status,
                  .client_ip = client_ip,
                  .method = request.head.method,
                  .host = request.head.authority.host,
                  .path = request.head.target.path,
                  .user = user_of(account),
                  .route = account.route == nullptr ? std::string_view{} : account.route->name,
                  .step = rejection.step,
                  .reason = rejection.reason,
                  .condition = condition,
                  .shadow = in_shadow});
}

void Accounting::close(const Account& account, const http::Request& request, http::Response& response) {
  responses_.count(response.status);
  if (account.overlooked) {
    telemetry::count_shadow_refusal(account.route->name);
    refused(account, request, *account.overlooked);
  }
  if (!account.logged) return;
  auto line = std::make_unique<AccessLogLine>(access_log_, account.began);
  line->client_ip = account.origin.client_ip.to_string();
  line->method = request.head.method;
  line->host = request.head.authority.host;
  line->path = request.head.target.path;
  if (account.route != nullptr) line->route = account.route->name;
  if (account.route != nullptr) line->upstream = account.route->upstream;
  line->user = user_of(account);
  if (account.principal.user) line->roles = joined(account.principal.user->roles);
  if (account.principal.token) {
    line->scopes = joined(account.principal.token->scopes);
    line->client_id = account.principal.token->client_id;
    line->issuer = account.principal.token->issuer;
  }
  line->reason = account.reason;
  if (account.overlooked) {
    line->shadow = std::string(account.overlooked->step) + ":" + std::string(account.overlooked->reason);
  }
  line->request_id = account.request_id;
  response.observer = std::move(line);
}

}  // namespace bearward::pipeline
