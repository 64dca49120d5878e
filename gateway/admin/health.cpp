#include "admin/health.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "http/problem.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;

Task<ReadinessCheck> check_user_store(store::UserStore& users, async::BlockingPool& pool) {
  auto job = [&users] { return users.look_up("").has_value(); };  // no user has an empty name
  const std::optional<bool> readable = co_await pool.run(std::move(job));
  ReadinessCheck check{.name = "user_store", .ok = readable.value_or(false), .detail = {}};
  if (!readable) check.detail = "too many lookups wait for it";
  if (readable && !*readable) check.detail = "cannot be read";
  co_return check;
}

json::object to_json(const ReadinessCheck& check) {
  json::object object{{"name", check.name}, {"ok", check.ok}};
  if (!check.detail.empty()) object["detail"] = check.detail;
  return object;
}

}  // namespace

http::Response answer_healthz() { return http::json_response(200, R"({"status":"ok"})"); }

Task<http::Response> answer_readyz(const Readiness& readiness, store::UserStore& users, async::BlockingPool& pool) {
  std::vector<ReadinessCheck> checks = readiness();
  checks.push_back(co_await check_user_store(users, pool));
  const bool ready = std::ranges::all_of(checks, &ReadinessCheck::ok);
  json::array list;
  for (const ReadinessCheck& check : checks) list.push_back(to_json(check));
  const json::object body{{"status", ready ? "ready" : "not ready"}, {"checks", std::move(list)}};
  co_return http::json_response(ready ? 200 : 503, json::serialize(body));
}

}  // namespace bearward::admin
