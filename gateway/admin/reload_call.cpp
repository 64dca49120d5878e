#include "admin/reload_call.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "http/problem.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;

json::array to_json(const std::vector<std::string>& findings) {
  json::array list;
  for (const std::string& finding : findings) list.emplace_back(finding);
  return list;
}

/// A problem may have members of its own (RFC 9457 §3.2): they go before the brace that closes it.
http::Response refusal(const ReloadResult& result) {
  http::Response response = http::problem(422, "the configuration has errors; the one that runs is kept");
  const json::object members{{"generation", result.generation}, {"findings", to_json(result.findings)}};
  response.body.back() = ',';
  response.body += json::serialize(members).substr(1);
  return response;
}

}  // namespace

Task<http::Response> answer_reload(const Reload& reload) {
  const ReloadResult result = co_await reload();
  if (!result.ok) co_return refusal(result);
  const json::object body{{"generation", result.generation}, {"findings", to_json(result.findings)}};
  co_return http::json_response(200, json::serialize(body));
}

http::Response answer_last_reload(const LastReload& last_reload) {
  const ReloadResult result = last_reload();
  const json::object body{{"ok", result.ok}, {"generation", result.generation}, {"findings", to_json(result.findings)}};
  return http::json_response(200, json::serialize(body));
}

}  // namespace bearward::admin
