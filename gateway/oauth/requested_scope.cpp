#include "oauth/requested_scope.h"

#include <algorithm>
#include <utility>

namespace bearward::oauth {
namespace {

bool contains(const Scopes& scopes, std::string_view scope) { return std::ranges::find(scopes, scope) != scopes.end(); }

Scopes both(const Scopes& scopes, const Scopes& others) {
  Scopes common;
  std::ranges::copy_if(scopes, std::back_inserter(common), [&](const auto& scope) { return contains(others, scope); });
  return common;
}

}  // namespace

Result<Scopes, TokenError> parse_requested_scope(std::string_view text) {
  Scopes scopes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view scope = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (scope.empty()) continue;
    if (!identity::is_scope_token(scope))
      return std::unexpected(TokenError::invalid_scope("the scope has a character that no scope may have"));
    if (scopes.size() == max_requested_scopes)
      return std::unexpected(TokenError::invalid_scope("more scopes are asked for than anybody can be granted"));
    if (!contains(scopes, scope)) scopes.emplace_back(scope);
  }
  return scopes;
}

Scopes allowed_scope(const std::vector<std::string>& roles, const config::RoleScopes& role_scopes,
                     const config::RegisteredClient* client) {
  Scopes allowed;
  for (const std::string& role : roles) {
    const auto found = role_scopes.find(role);
    if (found == role_scopes.end()) continue;
    for (const std::string& scope : found->second) {
      if (!contains(allowed, scope)) allowed.push_back(scope);
    }
  }
  return client == nullptr || client->scopes.empty() ? allowed : both(allowed, client->scopes);
}

Result<Scopes, TokenError> grant_scope(const Scopes& requested, const Scopes& allowed,
                                       config::Compatibility compatibility) {
  Scopes granted = both(requested, allowed);
  if (granted.size() != requested.size() && compatibility != config::Compatibility::fastapi)
    return std::unexpected(TokenError::invalid_scope("more scope is asked for than may be granted"));
  return granted;
}

Result<Scopes, TokenError> renew_scope(const Scopes& requested, const Scopes& granted, const Scopes& allowed,
                                       config::Compatibility compatibility) {
  Scopes still_allowed = both(granted, allowed);
  if (!requested.empty()) return grant_scope(requested, still_allowed, compatibility);
  return still_allowed;
}

}  // namespace bearward::oauth
