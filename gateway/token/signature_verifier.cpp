#include "token/signature_verifier.h"

#include <algorithm>

#include "base/base64url.h"

namespace bearward::token {

SignatureVerifier::SignatureVerifier(std::span<const NamedKey> keys) {
  entries_.reserve(keys.size());
  for (const NamedKey& named : keys)
    entries_.push_back({named.kid, named.key->algorithm(), crypto::make_verifier(named.key)});
}

Result<std::string, TokenError> SignatureVerifier::verify(const CompactJws& jws, const JoseHeader& header) {
  const auto signature = base64url_decode(jws.signature);
  if (!signature) return std::unexpected(TokenError::malformed);
  auto payload = base64url_decode(jws.payload);
  if (!payload) return std::unexpected(TokenError::malformed);
  const auto verdict = header.kid ? verify_by_kid(jws, header, *signature) : try_all(jws, header, *signature);
  if (!verdict) return std::unexpected(verdict.error());
  return *std::move(payload);
}

Result<void, TokenError> SignatureVerifier::verify_by_kid(const CompactJws& jws, const JoseHeader& header,
                                                          std::string_view signature) {
  const auto has_kid = [&](const Entry& each) { return !each.kid.empty() && each.kid == *header.kid; };
  const auto fits = [&](const Entry& each) { return each.algorithm == header.algorithm && has_kid(each); };
  const auto entry = std::ranges::find_if(entries_, fits);
  if (entry == entries_.end()) {
    const bool known = std::ranges::any_of(entries_, has_kid);
    return std::unexpected(known ? TokenError::wrong_algorithm : TokenError::unknown_key);
  }
  if (!entry->verifier->verify(jws.signing_input, signature)) return std::unexpected(TokenError::bad_signature);
  return {};
}

Result<void, TokenError> SignatureVerifier::try_all(const CompactJws& jws, const JoseHeader& header,
                                                    std::string_view signature) {
  std::size_t tries = 0;
  for (Entry& entry : entries_) {
    if (entry.algorithm != header.algorithm) continue;
    if (++tries > max_tries) break;
    if (entry.verifier->verify(jws.signing_input, signature)) return {};
  }
  return std::unexpected(tries == 0 ? TokenError::unknown_key : TokenError::bad_signature);
}

}  // namespace bearward::token
