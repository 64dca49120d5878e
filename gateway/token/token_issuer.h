#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "config/tokens.h"
#include "token/key_set.h"

namespace bearward::token {

/// Whom a new token speaks for.
struct AccessTokenGrant {
  std::string subject;                   // never empty
  std::string client_id;                 // left out of the token when empty
  std::vector<std::string> scopes;       // left out of the token when empty
  std::string family_id{};               // `sid`: the login that it comes from; left out of the token when empty
  std::string certificate_thumbprint{};  // `cnf`: whose it is (RFC 8705 §3.1); left out of the token when empty
  bool for_client = false;               // `subject` is `client_id`, which acts for itself, and no user
};

struct IssuedToken {
  std::string token;
  std::string token_id;  // its `jti`, of make_token_id
  std::chrono::seconds expires_in{};
};

/// Signs access tokens in the form of RFC 9068 §2. Immutable, for any thread; RSA keys take about a
/// millisecond, the others less than a tenth of it.
class TokenIssuer {
 public:
  /// `keys` and `tokens` are of one configuration, with a signing key: std::out_of_range without one.
  TokenIssuer(std::shared_ptr<const KeySet> keys, const config::Tokens& tokens);

  /// `now` to the millisecond: a token that is issued right after its user's others were revoked stays good.
  IssuedToken issue(const AccessTokenGrant& grant, UnixMilliseconds now) const;

 private:
  std::shared_ptr<const KeySet> keys_;
  std::string header_part_;  // the same for every token: base64url of {"alg", "typ", "kid"}
  std::string issuer_;
  std::string audience_;
  std::chrono::seconds lifetime_;
};

}  // namespace bearward::token
