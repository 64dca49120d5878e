#include "oauth/requested_scope.h"

#include <algorithm>

namespace bearward::oauth {

Result<Scopes, TokenError> parse_requested_scope(std::string_view text) {
  Scopes scopes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view scope = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (scope.empty()) continue;
    if (!identity::is_scope_token(scope))
      return std::unexpected(TokenError::invalid_scope("the scope has a character that no scope may have"));
    scopes.emplace_back(scope);
  }
  return scopes;
}

Result<GrantedScope, TokenError> grant_scope(const Scopes& requested, config::Compatibility compatibility) {
  if (requested.empty()) return GrantedScope{};
  if (compatibility == config::Compatibility::fastapi) return GrantedScope{.scopes = {}, .differs = true};
  return std::unexpected(TokenError::invalid_scope("the user may not be granted the requested scope"));
}

}  // namespace bearward::oauth
