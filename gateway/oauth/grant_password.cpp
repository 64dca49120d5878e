#include "oauth/grant_password.h"

#include <utility>

namespace bearward::oauth {

Result<PasswordGrant, TokenError> read_password_grant(const TokenRequest& request) {
  const std::string_view username = request.form.text("username");
  const Secret* const password = request.form.find("password");
  std::vector<std::string_view> missing;
  if (username.empty()) missing.push_back("username");
  if (password == nullptr) missing.push_back("password");
  if (!missing.empty()) {
    const std::string_view description = missing.size() == 2 ? "username and password are missing"
                                         : username.empty()  ? "username is missing"
                                                             : "password is missing";
    return std::unexpected(TokenError::missing_parameters(std::move(missing), description));
  }
  auto requested = parse_requested_scope(request.form.text("scope"));
  if (!requested) return std::unexpected(std::move(requested.error()));
  return PasswordGrant{std::string(username), *password, std::move(*requested)};
}

}  // namespace bearward::oauth
