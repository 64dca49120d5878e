#include "token/key_set.h"

#include <algorithm>

#include "crypto/ca_certificates.h"
#include "token/issuer_keys.h"

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

void read_file(const config::TrustedIssuer& trusted, Issuer& issuer, config::Diagnostics& diagnostics) {
  auto found = read_issuer_keys(trusted.jwks, algorithms_named(trusted.algorithms));
  if (!found) return diagnostics.error(trusted.jwks_place, trusted.jwks_file + ": " + found.error().message);
  for (const std::string& unused : found->unused)
    diagnostics.warning(trusted.jwks_place, trusted.jwks_file + ": " + unused + "; it is not used");
  if (found->keys.empty())
    diagnostics.error(trusted.jwks_place, trusted.jwks_file + ": no key of it can be used; no token could be verified");
  issuer.keys = std::move(found->keys);
}

Issuer read_trusted(const config::TrustedIssuer& trusted, std::chrono::seconds leeway,
                    config::Diagnostics& diagnostics) {
  Issuer issuer;
  issuer.expected = {.issuer = trusted.issuer, .audiences = trusted.audiences, .leeway = leeway};
  issuer.username_claim = trusted.username_claim;
  issuer.mapping = {trusted.username_prefix, trusted.roles_claim, trusted.require_user};
  issuer.awaits_keys = trusted.jwks_file.empty();
  if (!issuer.awaits_keys) read_file(trusted, issuer, diagnostics);
  if (!trusted.ca_file.empty() && !crypto::holds_ca_certificates(trusted.ca))
    diagnostics.error(trusted.ca_place, trusted.ca_file + ": no PEM certificates, or a damaged one");
  return issuer;
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
  ourselves.expected = {.issuer = tokens.issuer, .audiences = {}, .leeway = tokens.leeway};
  if (!tokens.audience.empty()) ourselves.expected.audiences.push_back(tokens.audience);
  const std::size_t errors_before = diagnostics.errors();
  for (const config::SigningKey& key : tokens.signing_keys) {
    auto named = read_key(key, ourselves.keys, diagnostics);
    if (named) ourselves.keys.push_back(*std::move(named));
  }
  auto keys = std::make_shared<KeySet>();
  keys->issuers.push_back(std::move(ourselves));
  for (const config::TrustedIssuer& trusted : tokens.trusted_issuers)
    keys->issuers.push_back(read_trusted(trusted, tokens.leeway, diagnostics));
  if (diagnostics.errors() != errors_before) return nullptr;
  return keys;
}

}  // namespace bearward::token
