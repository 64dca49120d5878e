#pragma once

#include <string>
#include <string_view>

#include "base/base64url.h"
#include "crypto/signer.h"
#include "crypto/test_keys.h"
#include "token/key_set.h"

namespace bearward::test {

inline constexpr UnixTime now{std::chrono::seconds{1'800'000'000}};

/// A token of any header and payload, well signed.
inline std::string signed_token(const crypto::Key& key, std::string_view header, std::string_view payload) {
  const std::string input = base64url_encode(header) + '.' + base64url_encode(payload);
  return input + '.' + base64url_encode(crypto::sign(key, input));
}

inline constexpr std::string_view good_payload =
    R"({"iss":"https://gateway.test","aud":"legacy-apis","sub":"alice","iat":1799999990,"exp":1800001800,)"
    R"("jti":"0123456789abcdef","scope":"orders:read"})";

inline std::string header_for(crypto::Algorithm algorithm, std::string_view kid = "k1") {
  std::string text = R"({"alg":")" + std::string{to_string(algorithm)} + R"(","typ":"at+jwt")";
  if (!kid.empty()) text += R"(,"kid":")" + std::string{kid} + '"';
  return text + '}';
}

inline token::Issuer issuer_with(std::vector<token::NamedKey> keys) {
  token::Issuer issuer;
  issuer.expected = {
      .issuer = "https://gateway.test", .audiences = {"legacy-apis"}, .leeway = std::chrono::seconds{30}};
  issuer.keys = std::move(keys);
  return issuer;
}

inline std::shared_ptr<const token::KeySet> key_set(std::vector<token::NamedKey> keys) {
  auto set = std::make_shared<token::KeySet>();
  set->issuers.push_back(issuer_with(std::move(keys)));
  return set;
}

}  // namespace bearward::test
