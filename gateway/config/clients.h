#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "config/place.h"
#include "identity/scope.h"

namespace bearward::config {

/// Spelled as `grant_type` is (RFC 6749 §4.3.2, §6, §4.4.2).
enum class GrantType : std::uint8_t { password, refresh_token, client_credentials };

/// An OAuth client that the gateway knows (RFC 6749 §2).
struct RegisteredClient {
  std::string id;
  bool is_public = false;  // RFC 6749 §2.1: cannot keep a secret, so it has none
  Secret secret;           // of a confidential client, never empty
  std::vector<GrantType> grants;
  identity::Scopes scopes;  // the most that a login by it is granted (empty: what the user is); all of its own
  Place place;
};

struct Clients {
  bool public_clients = true;  // the grants of users need no registered client
  std::vector<RegisteredClient> registered;

  /// Whether a registered client has this id: no user may be called so, or a token of one would be taken for
  /// the other's.
  bool has(std::string_view id) const;
};

}  // namespace bearward::config
