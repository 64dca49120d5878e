#include "token/standing.h"

#include <algorithm>
#include <string_view>

namespace bearward::token {
namespace {

bool is_listed(const identity::User& user, std::string_view id) {
  return !id.empty() && std::ranges::binary_search(user.revoked, id, std::less<>{});
}

bool is_revoked(const identity::TokenClaims& claims, const identity::User& user) {
  if (!user.revoked.empty() && (is_listed(user, claims.token_id) || is_listed(user, claims.family_id))) return true;
  if (user.tokens_not_before == UnixMilliseconds{}) return false;
  return !claims.issued_no_earlier || *claims.issued_no_earlier < user.tokens_not_before;
}

}  // namespace

std::optional<Objection> objection_to(const identity::TokenClaims& claims, const identity::User* user) {
  if (user == nullptr) return Objection::unknown_user;
  if (user->disabled) return Objection::inactive;
  if (is_revoked(claims, *user)) return Objection::revoked;
  return std::nullopt;
}

}  // namespace bearward::token
