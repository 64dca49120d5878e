#include "oauth/client_registry.h"

#include <algorithm>
#include <utility>

#include "crypto/constant_time.h"

namespace bearward::oauth {
namespace {

using config::GrantType;
using config::RegisteredClient;

std::string_view bytes_of(const crypto::Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Digests, since equal lengths are what a comparison in constant time needs.
bool matches(const Secret& shown, const crypto::Sha256& expected) {
  const crypto::Sha256 digest = crypto::sha256(shown.reveal());
  return crypto::equal_in_constant_time(bytes_of(digest), bytes_of(expected));
}

}  // namespace

ClientRegistry::ClientRegistry(config::Clients clients) : public_clients_(clients.public_clients) {
  for (RegisteredClient& client : clients.registered) {
    const crypto::Sha256 digest = crypto::sha256(client.secret.reveal());
    std::string id = client.id;
    clients_.emplace(std::move(id), Entry{std::move(client), digest});
  }
}

Result<const RegisteredClient*, TokenError> ClientRegistry::authenticate(const ClientCredentials& credentials,
                                                                         config::Compatibility compatibility) const {
  const auto found = clients_.find(credentials.id);
  const bool known = found != clients_.end();
  if (credentials.secret.empty()) {
    if (!known) return nullptr;
    if (!found->second.client.is_public) return std::unexpected(TokenError::invalid_client());
    return &found->second.client;
  }
  static constexpr crypto::Sha256 nobodys{};
  const bool right = matches(credentials.secret, known ? found->second.secret_digest : nobodys);
  if (known && right && !found->second.client.is_public) return &found->second.client;
  if (!known && compatibility == config::Compatibility::fastapi) return nullptr;
  return std::unexpected(TokenError::invalid_client());
}

Result<void, TokenError> ClientRegistry::admit(const RegisteredClient* client, GrantType grant) const {
  if (client == nullptr) {
    if (public_clients_ && grant != GrantType::client_credentials) return {};
    return std::unexpected(TokenError::invalid_client());
  }
  if (std::ranges::find(client->grants, grant) != client->grants.end()) return {};
  return std::unexpected(TokenError::unauthorized_client());
}

}  // namespace bearward::oauth
