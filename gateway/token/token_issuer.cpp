#include "token/token_issuer.h"

#include <boost/json/serialize.hpp>

#include "base/base64url.h"
#include "crypto/signer.h"
#include "identity/scope.h"
#include "token/claims.h"
#include "token/token_id.h"

namespace bearward::token {
namespace {

namespace json = boost::json;

std::string encode(const json::object& members) { return base64url_encode(json::serialize(members)); }

json::object header_for(const NamedKey& key) {
  json::object header;
  header["alg"] = crypto::to_string(key.key->algorithm());
  header["typ"] = "at+jwt";  // RFC 9068 §2.1
  if (!key.kid.empty()) header["kid"] = key.kid;
  return header;
}

}  // namespace

TokenIssuer::TokenIssuer(std::shared_ptr<const KeySet> keys, const config::Tokens& tokens)
    : keys_(std::move(keys)),
      header_part_(encode(header_for(keys_->signing()))),
      issuer_(tokens.issuer),
      audience_(tokens.audience),
      lifetime_(tokens.access_ttl) {}

IssuedToken TokenIssuer::issue(const AccessTokenGrant& grant, UnixMilliseconds now) const {
  IssuedToken issued{.token = {}, .token_id = make_token_id(now), .expires_in = lifetime_};
  const std::int64_t issued_at = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  json::object claims;
  if (!issuer_.empty()) claims["iss"] = issuer_;
  if (!audience_.empty()) claims["aud"] = audience_;
  claims["sub"] = grant.subject;
  if (!grant.client_id.empty()) claims["client_id"] = grant.client_id;
  if (!grant.family_id.empty()) claims["sid"] = grant.family_id;
  if (!grant.certificate_thumbprint.empty()) claims["cnf"] = json::object{{"x5t#S256", grant.certificate_thumbprint}};
  if (grant.for_client) claims[grant_type_claim] = client_credentials_grant;
  claims["iat"] = issued_at;
  claims["exp"] = issued_at + lifetime_.count();
  claims["jti"] = issued.token_id;
  if (!grant.scopes.empty()) claims["scope"] = identity::joined(grant.scopes);
  issued.token = header_part_ + '.' + encode(claims);
  issued.token += '.' + base64url_encode(crypto::sign(*keys_->signing().key, issued.token));
  return issued;
}

}  // namespace bearward::token
