#include "token/key_set.h"

#include <algorithm>

namespace bearward::token {
namespace {

Result<crypto::Key::Pointer, crypto::KeyError> make_key(const config::SigningKey& key) {
  const auto algorithm = crypto::algorithm_named(key.algorithm);
  if (!algorithm)
    return std::unexpected(crypto::KeyError{"unknown algorithm \"" + key.algorithm +
                                            "\"; use HS256, RS256, PS256, ES256 (or their 384 and 512) or EdDSA"});
  if (crypto::family_of(*algorithm) == crypto::KeyFamily::hmac)
    return crypto::Key::from_secret(*algorithm, key.secret.reveal());
  auto made = crypto::Key::from_private_pem(*algorithm, key.private_key_pem.reveal());
  if (!made) return std::unexpected(crypto::KeyError{key.private_key + ": " + made.error().message});
  return made;
}

/// Nothing when the key cannot be used; then a diagnostic says why.
std::optional<NamedKey> read_key(const config::SigningKey& key, const std::vector<NamedKey>& others,
                                 config::Diagnostics& diagnostics) {
  const std::string name = "signing key \"" + key.kid + "\": ";
  if (std::ranges::find(others, key.kid, &NamedKey::kid) != others.end()) {
    diagnostics.error(key.place, name + "another key has the same kid; give each its own");
    return std::nullopt;
  }
  auto made = make_key(key);
  if (!made) {
    diagnostics.error(key.place, name + made.error().message);
    return std::nullopt;
  }
  return NamedKey{key.kid, *std::move(made)};
}

}  // namespace

const Issuer* KeySet::issuer_of(std::string_view iss) const {
  const Issuer* nameless = nullptr;
  for (const Issuer& issuer : issuers) {
    const std::string& name = issuer.expected.issuer;
    if (name.empty())
      nameless = &issuer;
    else if (name == iss)
      return &issuer;
  }
  return nameless;
}

std::shared_ptr<const KeySet> build_key_set(const config::Tokens& tokens, config::Diagnostics& diagnostics) {
  Issuer ourselves;
  ourselves.expected = {.issuer = tokens.issuer, .audience = tokens.audience, .leeway = tokens.leeway};
  bool good = true;
  for (const config::SigningKey& key : tokens.signing_keys) {
    auto named = read_key(key, ourselves.keys, diagnostics);
    good = good && named.has_value();
    if (named) ourselves.keys.push_back(*std::move(named));
  }
  if (!good) return nullptr;
  auto keys = std::make_shared<KeySet>();
  keys->issuers.push_back(std::move(ourselves));
  return keys;
}

}  // namespace bearward::token
