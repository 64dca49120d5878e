#pragma once

#include <openssl/evp.h>

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bearward::testing {

/// A key that tests sign with, through OpenSSL alone: nothing of the gateway's own code.
class TestKey {
 public:
  static TestKey hmac(std::string secret);
  static TestKey rsa(unsigned bits = 2048);
  static TestKey ec(const char* curve = "P-256");
  static TestKey ed25519();

  std::string private_pem() const;
  std::string public_pem() const;
  /// The public half as a JWK (RFC 7517); `algorithm` empty: it names none.
  std::string jwk(std::string_view kid, std::string_view algorithm = "") const;
  /// A JWS signature, not encoded. `algorithm` is a JWS `alg`, which says how and need not suit the key.
  std::string sign(std::string_view algorithm, std::string_view input) const;

 private:
  explicit TestKey(EVP_PKEY* key);

  std::string secret_;
  std::shared_ptr<EVP_PKEY> key_;
};

std::string base64url(std::string_view bytes);
/// What `text` stands for, up to the first character that is none of the alphabet.
std::string base64url_decoded(std::string_view text);
/// A JWK set of these.
std::string jwks(const std::vector<std::string>& keys);

/// Makes access tokens, good and bad ones.
class TokenFactory {
 public:
  TokenFactory(TestKey key, std::string algorithm, std::string kid)
      : key_(std::move(key)), algorithm_(std::move(algorithm)), kid_(std::move(kid)) {}

  /// What a good token for `username` says: iss, aud, sub, iat, exp in half an hour.
  static boost::json::object claims(std::string_view username);
  static std::int64_t now();

  boost::json::object header() const;
  std::string token(std::string_view username) const { return token(claims(username)); }
  std::string token(const boost::json::object& claims) const { return token(header(), claims); }
  std::string token(const boost::json::object& header, const boost::json::object& claims) const;
  /// Signs two texts as they are, JSON or not.
  std::string token_of(std::string_view header, std::string_view claims) const;

  const TestKey& key() const { return key_; }

 private:
  TestKey key_;
  std::string algorithm_;
  std::string kid_;
};

}  // namespace bearward::testing
