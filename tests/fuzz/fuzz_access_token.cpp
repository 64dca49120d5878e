// An access token as it comes from a client: a line of JOSE header, then the claims. It is tried as it stands, which no
// key may take, and then signed with the right key, so that what stands behind the signature is reached too; and the
// claims as a JWK set, as a trusted issuer would serve it.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/base64url.h"
#include "crypto/hmac.h"
#include "fuzz/fuzz_target.h"
#include "token/access_token.h"
#include "token/jwk.h"
#include "token/strict_json.h"

namespace bearward {
namespace {

constexpr std::string_view secret = "a secret of at least 32 bytes for this target";

void require(bool holds) {
  if (!holds) std::abort();
}

std::shared_ptr<const token::KeySet> keys() {
  const auto key = crypto::Key::from_secret(crypto::Algorithm::HS256, secret);
  require(key.has_value());
  auto set = std::make_shared<token::KeySet>();
  set->issuers.push_back({.expected = {.issuer = {}, .audiences = {}}, .keys = {{"k1", *key}}});
  return set;
}

std::string signed_token(std::string_view header, std::string_view claims) {
  static crypto::Hmac hmac(crypto::Algorithm::HS256, secret);
  const std::string input = base64url_encode(header) + "." + base64url_encode(claims);
  return input + "." + base64url_encode(hmac.of(input));
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

}  // namespace

void fuzz(std::string_view input) {
  static token::AccessTokenVerifier verifier(keys());
  const UnixTime now{std::chrono::seconds{1'800'000'000}};
  require(!verifier.verify(input, now));

  const std::size_t end = input.find('\n');
  const std::string_view header = input.substr(0, end);
  const std::string_view claims = end == input.npos ? std::string_view{} : input.substr(end + 1);
  const std::string token = signed_token(header, claims);
  if (const auto taken = verifier.verify(token, now)) {
    require(token.size() <= token::max_token_bytes);
    require(!(*taken)->subject.empty() && !has_control((*taken)->subject) && !has_control((*taken)->username));
    require((*taken)->expires_at + std::chrono::seconds{30} > now);
    require(verifier.check(**taken, now).has_value());
  }
  if (const auto object = token::parse_strict_object(claims)) {
    const auto again = token::parse_strict_object(boost::json::serialize(*object));
    require(again.has_value() && again->size() == object->size());
  }
  if (const auto set = token::parse_jwk_set(claims)) require(set->keys.size() <= 64);
}

}  // namespace bearward
