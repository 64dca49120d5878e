#include "token/described_user.h"

#include <optional>
#include <string_view>
#include <vector>

#include "identity/claim_path.h"
#include "identity/user.h"

namespace bearward::token {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
  const json::string& text = value.get_string();
  return {text.data(), text.size()};
}

/// A claim that is passed on for people to read: of any other type it is as if absent.
std::string text_at(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  return value != nullptr && value->is_string() ? text_of(*value) : std::string{};
}

/// OpenID Connect Core §5.1 has a boolean; some issuers write it as a text. Where it says no, anybody may
/// have typed the address.
bool is_unverified(const json::object& claims) {
  const json::value* verified = claims.if_contains("email_verified");
  return verified != nullptr && (*verified == json::value(false) || *verified == json::value("false"));
}

std::optional<std::vector<std::string>> roles_at(const json::object& claims, std::string_view path) {
  std::vector<std::string> roles;
  const json::value* value = path.empty() ? nullptr : identity::find_claim(claims, path);
  if (value == nullptr) return roles;
  const auto add = [&](const json::value& role) {
    if (!role.is_string() || role.get_string().empty()) return false;
    roles.push_back(text_of(role));
    return true;
  };
  // A text is one role and never split: a role "not admin" must not become the role "admin".
  if (!value->is_array()) return add(*value) ? std::optional{roles} : std::nullopt;
  for (const json::value& role : value->get_array()) {
    if (!add(role)) return std::nullopt;
  }
  return roles;
}

}  // namespace

Result<void, TokenError> describe_user(identity::TokenClaims& claims, const UserMapping& mapping) {
  claims.username.insert(0, mapping.username_prefix);
  if (mapping.require_user) {
    // No user's name has a colon; what the store keeps under such a name (client:ID) is no user.
    if (claims.username.find(':') != std::string::npos) return std::unexpected(TokenError::no_local_name);
    return {};
  }
  auto roles = roles_at(claims.all, mapping.roles_claim);
  if (!roles) return std::unexpected(TokenError::malformed);
  identity::User user;
  user.username = claims.username;
  if (!is_unverified(claims.all)) user.email = text_at(claims.all, "email");
  user.full_name = text_at(claims.all, "name");
  user.roles = *std::move(roles);
  claims.described_user = std::make_shared<const identity::User>(std::move(user));
  return {};
}

}  // namespace bearward::token
