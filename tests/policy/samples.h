#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "http/field_syntax.h"
#include "http/fields.h"
#include "identity/principal.h"

namespace bearward::policy {

inline http::Field field_of(std::string_view name, std::string_view value = "") {
  const std::uint32_t hash = http::folded_hash(name);
  return {name, value, hash, http::identify(name, hash)};
}

/// Somebody with these claims (JSON) and a user row of these roles.
inline identity::Principal somebody(std::string_view claims = "{}", std::vector<std::string> scopes = {},
                                    std::vector<std::string> roles = {}, std::string username = "alice") {
  auto token = std::make_shared<identity::TokenClaims>();
  token->subject = token->username = username;
  token->scopes = std::move(scopes);
  token->all = boost::json::parse(claims).as_object();
  auto user = std::make_shared<identity::User>();
  user->username = std::move(username);
  user->roles = std::move(roles);
  return {std::move(token), std::move(user)};
}

inline const config::Place sample_place{"routes.yaml", 7, 3};

/// All findings, a line each.
inline std::string text_of(const config::Diagnostics& diagnostics) {
  std::string text;
  for (const config::Finding& finding : diagnostics.sorted()) text += finding.to_string() + "\n";
  return text;
}

}  // namespace bearward::policy
