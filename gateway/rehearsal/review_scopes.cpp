#include "rehearsal/review_scopes.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "config/suggest.h"
#include "policy/access_condition.h"

namespace bearward::rehearsal {
namespace {

using policy::detail::AccessCondition;

/// All that a token of this gateway's own may say in `scope`, sorted.
std::vector<std::string_view> declared_scopes(const config::Config& config) {
  std::set<std::string_view> scopes;
  for (const config::RegisteredClient& client : config.clients.registered) {
    scopes.insert(client.scopes.begin(), client.scopes.end());
  }
  for (const auto& [role, of_role] : config.users.role_scopes) scopes.insert(of_role.begin(), of_role.end());
  return {scopes.begin(), scopes.end()};
}

void look_at(const AccessCondition& condition, const std::vector<std::string_view>& declared,
             config::Diagnostics& diagnostics) {
  for (const AccessCondition& child : condition.children) look_at(child, declared, diagnostics);
  if (condition.kind != AccessCondition::Kind::scopes && condition.kind != AccessCondition::Kind::any_scope) return;
  for (const std::string& scope : condition.values) {
    if (std::ranges::binary_search(declared, std::string_view{scope})) continue;
    diagnostics.warning(condition.place,
                        "no client and no role is given the scope \"" + scope +
                            "\", so no token has it; add it to clients.registered or users.role_scopes" +
                            config::suggest(scope, declared));
  }
}

}  // namespace

void review_scopes(const snapshot::Snapshot& snapshot, config::Diagnostics& diagnostics) {
  if (!snapshot.config.tokens.trusted_issuers.empty()) return;
  const std::vector<std::string_view> declared = declared_scopes(snapshot.config);
  for (const policy::Route& route : snapshot.routes.routes()) look_at(route.access.condition(), declared, diagnostics);
}

}  // namespace bearward::rehearsal
