#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/clients.h"
#include "crypto/hash.h"
#include "oauth/client_authentication.h"
#include "oauth/token_error.h"

namespace bearward::oauth {

/// The clients of one configuration. Immutable, for any thread; what it points out lives as long as it.
class ClientRegistry {
 public:
  ClientRegistry() = default;
  explicit ClientRegistry(config::Clients clients);

  /// Whoever sends a request, as far as it is known: a confidential client that has shown its secret, or a
  /// registered public one, which anybody may claim to be. Null for a request without a client, and for a
  /// name that is not registered: it proves nothing, so it goes into no token and opens nothing.
  ///
  /// `invalid_client` for whatever claims more than it proves: a wrong secret, a secret for an unknown id
  /// or for none, a confidential client without its secret, a public one with one. One answer for all, and
  /// the same work: neither says whether the id is registered. Not under `fastapi`, whose form takes a
  /// client's secret and looks at none: there a secret means nothing unless it comes with a registered id.
  Result<const config::RegisteredClient*, TokenError> authenticate(const ClientCredentials& credentials,
                                                                   config::Compatibility compatibility) const;

  /// Whether `client`, as `authenticate` has it, may use a grant: `unauthorized_client` for a registered one
  /// that has it not among its grants, and `invalid_client` for any other where the grant or
  /// `public_clients: false` asks for a registered one.
  Result<void, TokenError> admit(const config::RegisteredClient* client, config::GrantType grant) const;

 private:
  struct Entry {
    config::RegisteredClient client;
    crypto::Sha256 secret_digest{};  // of a confidential one
  };

  std::map<std::string, Entry, std::less<>> clients_;
  bool public_clients_ = true;
};

}  // namespace bearward::oauth
