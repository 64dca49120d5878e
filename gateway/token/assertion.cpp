#include "token/assertion.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/base64url.h"
#include "crypto/random.h"
#include "crypto/signer.h"

namespace bearward::token {
namespace {

namespace json = boost::json;

std::string encode(const json::object& members) { return base64url_encode(json::serialize(members)); }

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

void add_user(const identity::User& user, json::object& claims) {
  if (!user.email.empty()) claims["email"] = user.email;
  if (!user.full_name.empty()) claims["name"] = user.full_name;
  if (!user.roles.empty()) claims["roles"] = json::array(user.roles.begin(), user.roles.end());
}

}  // namespace

AssertionSigner::AssertionSigner(const NamedKey& key, std::string issuer) : key_(key.key), issuer_(std::move(issuer)) {
  json::object header;
  header["alg"] = crypto::to_string(key_->algorithm());
  header["typ"] = assertion_type;
  if (!key.kid.empty()) header["kid"] = key.kid;
  header_part_ = encode(header);
}

std::string AssertionSigner::sign(const identity::Principal& principal, std::string_view audience,
                                  std::chrono::seconds ttl, UnixTime now) const {
  const identity::TokenClaims& token = *principal.token;
  const std::int64_t issued_at = now.time_since_epoch().count();
  json::object claims;
  if (!issuer_.empty()) claims["iss"] = issuer_;
  claims["aud"] = audience;
  claims["sub"] = principal.user ? principal.user->username : token.subject;
  if (principal.user) add_user(*principal.user, claims);
  if (!token.scopes.empty()) claims["scope"] = joined(token.scopes);
  if (!token.client_id.empty()) claims["client_id"] = token.client_id;
  claims["iat"] = issued_at;
  claims["exp"] = issued_at + ttl.count();
  claims["jti"] = crypto::random_hex(16);
  std::string signed_part = header_part_ + '.' + encode(claims);
  return signed_part + '.' + base64url_encode(crypto::sign(*key_, signed_part));
}

std::shared_ptr<const AssertionSigner> make_assertion_signer(const KeySet& keys, const std::string& issuer) {
  const std::vector<NamedKey>& own = keys.issuers.front().keys;
  const auto has_public_half = [](const NamedKey& each) {
    return each.key->can_sign() && crypto::family_of(each.key->algorithm()) != crypto::KeyFamily::hmac;
  };
  const auto key = std::ranges::find_if(own, has_public_half);
  return key == own.end() ? nullptr : std::make_shared<const AssertionSigner>(*key, issuer);
}

}  // namespace bearward::token
