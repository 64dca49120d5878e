#include "pipeline/account.h"

#include "crypto/random.h"

namespace bearward::pipeline {
namespace {

http::RequestIdMaker make_request_ids() {
  std::uint64_t seeds[2];
  crypto::random_bytes({reinterpret_cast<unsigned char*>(seeds), sizeof seeds});
  return {seeds[0], seeds[1]};
}

/// Writes the access log's line when the response has been sent; keeps what it says until then.
class AccessLogLine final : public http::ExchangeObserver {
 public:
  AccessLogLine(telemetry::AccessLogBuffer& log, SteadyTime began) : log_(log), began_(began) {}

  void exchange_ended(int status, std::uint64_t content_bytes, bool complete) override {
    log_.append({.client_ip = client_ip,
                 .method = method,
                 .host = host,
                 .path = path,
                 .status = status,
                 .content_bytes = content_bytes,
                 .complete = complete,
                 .duration = std::chrono::duration_cast<std::chrono::microseconds>(steady_now() - began_),
                 .route = route,
                 .user = user,
                 .upstream = upstream,
                 .reason = reason,
                 .request_id = request_id});
  }

  std::string client_ip, method, host, path, route, user, upstream, reason, request_id;

 private:
  telemetry::AccessLogBuffer& log_;
  SteadyTime began_;
};

}  // namespace

Accounting::Accounting(telemetry::AccessLogBuffer& access_log)
    : access_log_(access_log), request_ids_(make_request_ids()) {}

void Accounting::open(Account& account, const http::Request& request, std::span<const IpNetwork> trusted_proxies) {
  account.logged = access_log_.enabled();
  if (account.logged) account.began = steady_now();
  account.origin = http::find_origin(request.head, request.connection, trusted_proxies);
  const http::Field* brought =
      account.origin.trusted ? http::find(request.head.fields, http::FieldId::x_request_id) : nullptr;
  if (brought != nullptr && http::is_request_id(brought->value)) {
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
  if (!access_log_.enabled()) return response;
  auto line = std::make_unique<AccessLogLine>(access_log_, steady_now());
  line->client_ip = connection.peer_text;
  line->reason = std::string(rejection.step) + ":" + std::string(rejection.reason);
  line->request_id = http::view(id);
  response.observer = std::move(line);
  return response;
}

void Accounting::close(const Account& account, const http::Request& request, http::Response& response) {
  if (!account.logged) return;
  auto line = std::make_unique<AccessLogLine>(access_log_, account.began);
  line->client_ip = account.origin.client_ip.to_string();
  line->method = request.head.method;
  line->host = request.head.authority.host;
  line->path = request.head.target.path;
  if (account.route != nullptr) line->route = account.route->name;
  if (account.route != nullptr) line->upstream = account.route->upstream;
  if (!account.principal.anonymous()) line->user = account.principal.token->username;
  line->reason = account.reason;
  line->request_id = account.request_id;
  response.observer = std::move(line);
}

}  // namespace bearward::pipeline
