#include "rehearsal/recorded_request.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <memory>

#include "base/moment.h"

namespace bearward::rehearsal {
namespace {

namespace json = boost::json;
using pipeline::Rejection;

std::string text_of(const json::object& line, std::string_view name) {
  const json::value* value = line.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

/// `a,b`, as the access log joins lists.
std::vector<std::string> list_of(const json::object& line, std::string_view name) {
  std::vector<std::string> items;
  const std::string text = text_of(line, name);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    items.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return items;
}

/// The log writes milliseconds.
std::optional<UnixTime> time_of(const json::object& line) {
  std::string text = text_of(line, "time");
  const std::size_t dot = text.find('.');
  if (dot != std::string::npos) text = text.substr(0, dot) + "Z";
  return parse_moment(text);
}

/// What the policies said. Trouble with the upstream and budgets that were used up come after them.
std::string answer_of(const std::string& reason, const std::string& route, std::int64_t status) {
  if (reason.empty()) return route.empty() ? "gateway" : "allow";
  const std::string_view step = std::string_view{reason}.substr(0, reason.find(':'));
  const bool by_policy = step == "match_route" || step == "authenticate" || step == "authorize";
  return by_policy ? std::to_string(status) : "allow";
}

Caller refused_with(Rejection rejection) {
  return [rejection = std::move(rejection)](const http::RequestHead&, policy::TokenNeed need,
                                            const Certificate&) -> Result<identity::Principal, Rejection> {
    if (need == policy::TokenNeed::optional) return identity::Principal{};
    return std::unexpected(rejection);
  };
}

std::string joined(const std::vector<std::string>& words, char separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

identity::Principal principal_of(const RecordedRequest& record) {
  auto token = std::make_shared<identity::TokenClaims>();
  token->subject = token->username = record.user;
  token->issuer = record.issuer;
  token->client_id = record.client_id;
  token->scopes = record.scopes;
  token->all["sub"] = record.user;
  if (!record.issuer.empty()) token->all["iss"] = record.issuer;
  if (!record.client_id.empty()) token->all["client_id"] = record.client_id;
  if (!record.scopes.empty()) token->all["scope"] = joined(record.scopes, ' ');
  // No user has the name of a client: this is the client itself.
  if (record.user == record.client_id) return {std::move(token), nullptr};
  auto user = std::make_shared<identity::User>();
  user->username = record.user;
  user->roles = record.roles;
  return {std::move(token), std::move(user)};
}

}  // namespace

Result<RecordedRequest, std::string> parse_record(std::string_view text) {
  error_code error;
  const json::value parsed = json::parse(text, error);
  if (error || !parsed.is_object()) return std::unexpected(std::string("no line of a JSON access log"));
  const json::object& line = parsed.get_object();
  const json::value* status = line.if_contains("status");
  if (status == nullptr || !status->is_int64()) return std::unexpected(std::string("no line of a JSON access log"));
  RecordedRequest record;
  record.question.method = text_of(line, "method");
  record.host = text_of(line, "host");
  const std::string path = text_of(line, "path");
  if (record.question.method.empty() || !path.starts_with('/')) {
    return std::unexpected(std::string("a request that was refused before it had a path"));
  }
  record.question.target = record.host.empty() ? path : "http://" + record.host + path;
  const auto client_ip = IpAddress::parse(text_of(line, "client_ip"));
  const auto time = time_of(line);
  if (!client_ip || !time) return std::unexpected(std::string("no address or no time"));
  record.question.client_ip = *client_ip;
  record.question.time = *time;
  record.route = text_of(line, "route");
  record.reason = text_of(line, "reason");
  record.answer = answer_of(record.reason, record.route, status->get_int64());
  record.user = text_of(line, "user");
  record.roles = list_of(line, "roles");
  record.scopes = list_of(line, "scopes");
  record.client_id = text_of(line, "client_id");
  record.issuer = text_of(line, "issuer");
  record.request_id = text_of(line, "request_id");
  if (record.answer == "503") return std::unexpected(std::string("a request that could not be decided"));
  return record;
}

std::optional<Caller> caller_of(const RecordedRequest& record) {
  if (!record.user.empty()) {
    return [principal = principal_of(record)](const http::RequestHead&, policy::TokenNeed,
                                              const Certificate&) -> Result<identity::Principal, Rejection> {
      return principal;
    };
  }
  if (record.reason == "authenticate:no_token" || record.answer == "allow") return nobody();
  if (record.reason == "authenticate:user_disabled") return refused_with(Rejection::inactive());
  if (record.reason.ends_with("_credentials")) return refused_with(Rejection::invalid_request("bad_credentials"));
  if (record.reason.starts_with("authenticate:")) return refused_with(Rejection::invalid_token("bad_token"));
  return std::nullopt;
}

bool is_recorded_claim(std::string_view path) {
  return path == "sub" || path == "iss" || path == "client_id" || path == "scope";
}

}  // namespace bearward::rehearsal
