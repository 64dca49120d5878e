#include "token/issuer_keys.h"

#include <algorithm>

#include "config/quote.h"

namespace bearward::token {
namespace {

using crypto::Algorithm;

/// Why a key that is good in itself is not used; empty: it is.
std::string objection_to(const crypto::Key& key, std::span<const Algorithm> algorithms) {
  if (crypto::family_of(key.algorithm()) == crypto::KeyFamily::hmac)
    return "is a secret, which whoever reads the set can sign with";
  if (key.can_sign()) return "has its private half in the set, so that whoever reads it can sign";
  if (std::ranges::find(algorithms, key.algorithm()) == algorithms.end())
    return "is for " + std::string{to_string(key.algorithm())} + ", which is not among algorithms";
  return {};
}

}  // namespace

std::vector<Algorithm> algorithms_named(std::span<const std::string> names) {
  std::vector<Algorithm> algorithms;
  for (const std::string& name : names) {
    if (const auto algorithm = crypto::algorithm_named(name)) algorithms.push_back(*algorithm);
  }
  return algorithms;
}

Result<IssuerKeys, JwkError> read_issuer_keys(std::string_view jwks, std::span<const Algorithm> algorithms) {
  std::vector<Algorithm> for_rsa;
  std::ranges::copy_if(algorithms, std::back_inserter(for_rsa),
                       [](Algorithm each) { return crypto::family_of(each) == crypto::KeyFamily::rsa; });
  if (for_rsa.empty()) for_rsa.push_back(Algorithm::RS256);  // to be told that it is not among them
  auto set = parse_jwk_set(jwks, for_rsa);
  if (!set) return std::unexpected(std::move(set.error()));
  IssuerKeys found;
  for (NamedKey& named : set->keys) {
    const std::string objection = objection_to(*named.key, algorithms);
    if (objection.empty())
      found.keys.push_back(std::move(named));
    else
      found.unused.push_back("the key " + config::in_quotes(named.kid) + " " + objection);
  }
  for (const JwkError& skipped : set->skipped) {
    if (!skipped.other_purpose)
      found.unused.push_back("key number " + std::to_string(skipped.number) + ": " + skipped.message);
  }
  return found;
}

}  // namespace bearward::token
