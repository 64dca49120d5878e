#include "token/access_token.h"

#include "base/base64url.h"
#include "token/claims.h"
#include "token/strict_json.h"

namespace bearward::token {
namespace {

/// The `iss` of a token whose signature nobody has looked at yet: it only picks whose keys it is tried
/// against, and is checked again once they agreed.
std::string unverified_issuer(const CompactJws& jws) {
  const auto payload = base64url_decode(jws.payload);
  const auto members = payload ? parse_strict_object(*payload) : std::nullopt;
  const auto* value = members ? members->if_contains("iss") : nullptr;
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string{text->data(), text->size()} : std::string{};
}

}  // namespace

AccessTokenVerifier::AccessTokenVerifier(std::shared_ptr<const KeySet> keys) : keys_(std::move(keys)) {
  signatures_.reserve(keys_->issuers.size());
  for (const Issuer& issuer : keys_->issuers) signatures_.emplace_back(issuer.keys);
}

Result<std::shared_ptr<const identity::TokenClaims>, TokenError> AccessTokenVerifier::verify(std::string_view token,
                                                                                             UnixTime now) {
  const auto jws = split_compact(token);
  if (!jws) return std::unexpected(jws.error());
  const auto header = header_of(*jws);
  if (!header) return std::unexpected(header.error());
  const Issuer* issuer = issuer_of(*jws);
  if (issuer == nullptr) return std::unexpected(TokenError::unknown_issuer);
  if (issuer->awaits_keys) return std::unexpected(TokenError::no_keys_yet);
  const auto payload = signatures_of(*issuer).verify(*jws, **header);
  if (!payload) return std::unexpected(payload.error());
  auto claims = parse_claims(*payload, issuer->username_claim);
  if (!claims) return std::unexpected(claims.error());
  if (const auto good = check_claims(*claims, issuer->expected, now); !good) return std::unexpected(good.error());
  if (issuer->mapping) {
    if (const auto named = describe_user(*claims, *issuer->mapping); !named) return std::unexpected(named.error());
  }
  return std::make_shared<const identity::TokenClaims>(*std::move(claims));
}

Result<void, TokenError> AccessTokenVerifier::check(const identity::TokenClaims& claims, UnixTime now) const {
  const Issuer* issuer = keys_->issuer_of(claims.issuer);
  if (issuer == nullptr) return std::unexpected(TokenError::wrong_issuer);
  return check_claims(claims, issuer->expected, now);
}

const Issuer* AccessTokenVerifier::issuer_of(const CompactJws& jws) const {
  const bool one_issuer = keys_->issuers.size() == 1;
  return one_issuer ? &keys_->issuers.front() : keys_->issuer_of(unverified_issuer(jws));
}

const Issuer* AccessTokenVerifier::issuer_of(std::string_view token) const {
  const auto jws = split_compact(token);
  return jws ? issuer_of(*jws) : nullptr;
}

// The tokens of one key share their header, byte for byte: reading it once saves half a microsecond of
// each that is not cached, forged ones included. One header, at most max_token_bytes, is remembered.
Result<const JoseHeader*, TokenError> AccessTokenVerifier::header_of(const CompactJws& jws) {
  if (jws.header == last_header_part_) return &last_header_;
  auto header = parse_header(jws.header);
  if (!header) return std::unexpected(header.error());
  if (!is_access_token_type(header->type)) return std::unexpected(TokenError::wrong_type);
  last_header_part_ = jws.header;
  last_header_ = *std::move(header);
  return &last_header_;
}

SignatureVerifier& AccessTokenVerifier::signatures_of(const Issuer& issuer) {
  return signatures_[static_cast<std::size_t>(&issuer - keys_->issuers.data())];
}

}  // namespace bearward::token
