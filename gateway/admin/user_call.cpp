#include "admin/user_call.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "admin/user_patch.h"
#include "http/field_syntax.h"
#include "http/list.h"
#include "http/problem.h"
#include "http/read_content.h"
#include "telemetry/log.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;

using identity::User;
using store::StoreError;

constexpr std::size_t max_patch_bytes = 64 * 1024;

json::value text_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::object to_json(const User& user) {
  return {{"username", user.username},
          {"email", text_or_null(user.email)},
          {"full_name", text_or_null(user.full_name)},
          {"roles", json::array(user.roles.begin(), user.roles.end())},
          {"disabled", user.disabled},
          {"version", user.version}};
}

http::Response unavailable(std::string_view detail) {
  http::Response response = http::problem(503, detail);
  response.own_fields += "Retry-After: 1\r\n";
  return response;
}

http::Response refusal(StoreError error, const store::UserStore& users) {
  switch (error) {
    case StoreError::not_found:
      return http::problem(404, "there is no such user");
    case StoreError::already_exists:
    case StoreError::email_exists:
      return http::problem(409, "the email is another user's");
    case StoreError::unavailable:
      break;
  }
  telemetry::log(telemetry::Level::error, "admin: the user store cannot be used: {}", users.last_failure());
  return unavailable("the user store cannot be used now");
}

http::Response pool_is_full() { return unavailable("too many calls wait for the user store"); }

/// A page of another origin can send a form or text without asking, JSON only after a preflight that fails.
bool has_json_content(const http::RequestHead& head) {
  if (http::count(head.fields, http::FieldId::content_type) != 1) return false;
  const std::string_view value = http::find(head.fields, http::FieldId::content_type)->value;
  const std::string_view type = http::trim(value.substr(0, value.find(';')));
  return http::equal_ignoring_case(type, "application/json") ||
         http::equal_ignoring_case(type, "application/merge-patch+json");
}

Task<Result<UserPatch, PatchError>> read_patch(http::Request request) {
  if (!has_json_content(request.head))
    co_return std::unexpected(PatchError{415, "the content must be of type application/json"});
  const auto content = co_await http::read_content(request.content, max_patch_bytes);
  if (!content && content.error() == http::ReadContentError::too_large)
    co_return std::unexpected(PatchError{413, "the content is larger than 64 KiB"});
  if (!content) co_return std::unexpected(PatchError{400, "the content is cut short"});
  co_return parse_user_patch(content->reveal());
}

}  // namespace

Task<http::Response> UserCall::show(std::string username) {
  auto job = [&users = users_, username = std::move(username)] { return users.look_up(username); };
  const auto found = co_await store_pool_.run(std::move(job));
  if (!found) co_return pool_is_full();
  if (!*found) co_return refusal(found->error(), users_);
  const std::optional<User>& user = (*found)->user;
  if (!user) co_return refusal(StoreError::not_found, users_);
  co_return http::json_response(200, json::serialize(to_json(*user)));
}

Task<http::Response> UserCall::change(std::string username, http::Request request) {
  auto patch = co_await read_patch(request);
  if (!patch) co_return http::problem(patch.error().status, patch.error().detail);
  auto job = [&users = users_, username, patch = std::move(*patch)] {
    return users.update(username, [&](store::StoredUser& stored) { patch.apply_to(stored.user); });
  };
  const auto changed = co_await store_pool_.run(std::move(job));
  if (!changed) co_return pool_is_full();
  if (!*changed) co_return refusal(changed->error(), users_);
  const bool announced = co_await announce_(std::move(username));
  json::object body = to_json(**changed);
  body["announced"] = announced;
  co_return http::json_response(200, json::serialize(body));
}

}  // namespace bearward::admin
