#include "admin/user_patch.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "store/user_rules.h"
#include "token/strict_json.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;

using Problem = std::optional<std::string>;  // what is wrong with a member, to follow its name

Problem read_disabled(const json::value& value, UserPatch& patch) {
  if (!value.is_bool()) return "must be true or false";
  patch.disabled = value.get_bool();
  return std::nullopt;
}

Problem read_roles(const json::value& value, UserPatch& patch) {
  if (!value.is_array()) return "must be a list of texts";
  if (value.get_array().size() > store::max_roles)
    return "has more than " + std::to_string(store::max_roles) + " roles";
  std::vector<std::string> roles;
  for (const json::value& each : value.get_array()) {
    if (!each.is_string()) return "must be a list of texts";
    std::string role(each.get_string());
    if (const Problem problem = store::problem_of_role(role)) return "has a role that " + *problem;
    if (std::ranges::find(roles, role) != roles.end()) return "has a role twice";
    roles.push_back(std::move(role));
  }
  patch.roles = std::move(roles);
  return std::nullopt;
}

Problem read_text(const json::value& value, Problem (*rule)(std::string_view), std::optional<std::string>& member) {
  if (!value.is_string() && !value.is_null()) return "must be a text, or null for none";
  std::string text(value.is_null() ? std::string_view{} : std::string_view(value.get_string()));
  if (Problem problem = rule(text)) return problem;
  member = std::move(text);
  return std::nullopt;
}

Problem read_member(std::string_view name, const json::value& value, UserPatch& patch) {
  if (name == "disabled") return read_disabled(value, patch);
  if (name == "roles") return read_roles(value, patch);
  if (name == "email") return read_text(value, store::problem_of_email, patch.email);
  if (name == "full_name") return read_text(value, store::problem_of_full_name, patch.full_name);
  return "cannot be changed here; what can be is disabled, roles, email and full_name";
}

constexpr std::size_t most_shown_bytes = 64;  // of a member's name in a message

}  // namespace

void UserPatch::apply_to(identity::User& user) const {
  if (disabled) user.disabled = *disabled;
  if (roles) user.roles = *roles;
  if (email) user.email = *email;
  if (full_name) user.full_name = *full_name;
}

Result<UserPatch, PatchError> parse_user_patch(std::string_view content) {
  const auto object = token::parse_strict_object(content);
  if (!object) return std::unexpected(PatchError{400, "the content must be one JSON object with no member twice"});
  UserPatch patch;
  for (const auto& member : *object) {
    const std::string_view name = member.key();
    const Problem problem = read_member(name, member.value(), patch);
    if (!problem) continue;
    const bool shown = name.size() <= most_shown_bytes;
    return std::unexpected(PatchError{422, (shown ? "\"" + std::string(name) + "\" " : "a member ") + *problem});
  }
  return patch;
}

}  // namespace bearward::admin
