#include "token/access_token.h"

#include <gtest/gtest.h>

#include <map>

#include "identity/user.h"
#include "token/test_tokens.h"

namespace bearward::token {
namespace {

using namespace std::chrono_literals;
using crypto::Algorithm;
using test::good_payload;
using test::header_for;
using test::now;
using test::signed_token;

template <class T>
std::optional<TokenError> error_of(const Result<T, TokenError>& result) {
  return result ? std::nullopt : std::optional{result.error()};
}

std::shared_ptr<const KeySet> keys_for(Algorithm algorithm) {
  return test::key_set({{"k1", test::verifying_key(algorithm)}});
}

TEST(AccessTokenVerifier, TakesGoodTokensOfEveryAlgorithm) {
  for (const Algorithm algorithm : test::all_algorithms) {
    SCOPED_TRACE(to_string(algorithm));
    AccessTokenVerifier verifier{keys_for(algorithm)};
    const auto key = test::signing_key(algorithm);
    for (const char* kid : {"k1", ""}) {
      const auto claims = verifier.verify(signed_token(*key, header_for(algorithm, kid), good_payload), now);
      ASSERT_TRUE(claims.has_value()) << to_string(claims.error());
      EXPECT_EQ((*claims)->username, "alice");
      EXPECT_EQ((*claims)->scopes, std::vector<std::string>{"orders:read"});
    }
  }
}

TEST(AccessTokenVerifier, RefusesEveryClassOfBadToken) {
  const auto key = test::signing_key(Algorithm::HS256);
  const std::string good_header = header_for(Algorithm::HS256);
  const std::string good = signed_token(*key, good_header, good_payload);
  const auto payload_with = [&](std::string_view from, std::string_view to) {
    std::string text{good_payload};
    return text.replace(text.find(from), from.size(), to);
  };
  const auto with_payload = [&](const std::string& payload) { return signed_token(*key, good_header, payload); };
  const auto with_header = [&](const std::string& header) { return signed_token(*key, header, good_payload); };
  const std::string unsigned_part = good.substr(0, good.rfind('.') + 1);
  struct Case {
    const char* name;
    std::string token;
    std::optional<TokenError> error;
  };
  const Case cases[] = {
      {"good", good, {}},
      {"nothing", "", TokenError::malformed},
      {"a word", "token", TokenError::malformed},
      {"no signature", unsigned_part, TokenError::malformed},
      {"white space around it", " " + good, TokenError::malformed},
      {"white space after it", good + " ", TokenError::malformed},
      {"padding", good + "=", TokenError::malformed},
      {"over 8 KiB", good + std::string(8192, 'A'), TokenError::too_large},
      {"alg none, unsigned", base64url_encode(R"({"alg":"none"})") + '.' + base64url_encode(good_payload) + ".",
       TokenError::malformed},
      {"alg none, with a signature", with_header(R"({"alg":"none","kid":"k1"})"), TokenError::unsupported_algorithm},
      {"alg NonE", with_header(R"({"alg":"NonE"})"), TokenError::unsupported_algorithm},
      {"alg of another family", with_header(R"({"alg":"RS256","kid":"k1"})"), TokenError::wrong_algorithm},
      {"alg of another hash", with_header(R"({"alg":"HS512","kid":"k1"})"), TokenError::wrong_algorithm},
      {"an unknown kid", with_header(header_for(Algorithm::HS256, "k2")), TokenError::unknown_key},
      {"a kid that is a path", with_header(header_for(Algorithm::HS256, "../../dev/null")), TokenError::unknown_key},
      {"a kid that is SQL", with_header(header_for(Algorithm::HS256, "k1' OR '1'='1")), TokenError::unknown_key},
      {"its own key in jwk", with_header(R"({"alg":"HS256","kid":"k1","jwk":{"kty":"oct","k":"AAAA"}})"),
       TokenError::forbidden_header},
      {"crit", with_header(R"({"alg":"HS256","kid":"k1","crit":["x"],"x":1})"), TokenError::forbidden_header},
      {"alg twice", with_header(R"({"alg":"HS256","alg":"HS256","kid":"k1"})"), TokenError::malformed},
      {"a logout token", with_header(R"({"alg":"HS256","kid":"k1","typ":"logout+jwt"})"), TokenError::wrong_type},
      {"a payload that is not JSON", with_payload("sub=alice"), TokenError::malformed},
      {"an empty payload", with_payload(""), TokenError::malformed},
      {"a nested JWT", with_payload(good), TokenError::malformed},
      {"no exp", with_payload(payload_with(R"("exp":1800001800,)", "")), TokenError::malformed},
      {"no sub", with_payload(payload_with(R"("sub":"alice",)", "")), TokenError::malformed},
      {"sub twice", with_payload(payload_with(R"("sub":"alice")", R"("sub":"alice","sub":"root")")),
       TokenError::malformed},
      {"expired", with_payload(payload_with("1800001800", "1799999970")), TokenError::expired},
      {"expired, within the leeway", with_payload(payload_with("1800001800", "1799999971")), {}},
      {"issued in the future", with_payload(payload_with("1799999990", "1800000031")), TokenError::not_yet_valid},
      {"another issuer", with_payload(payload_with("https://gateway.test", "https://evil.test")),
       TokenError::wrong_issuer},
      {"no issuer", with_payload(payload_with(R"("iss":"https://gateway.test",)", "")), TokenError::wrong_issuer},
      {"another audience", with_payload(payload_with("legacy-apis", "other-apis")), TokenError::wrong_audience},
      {"no audience", with_payload(payload_with(R"("aud":"legacy-apis",)", "")), TokenError::wrong_audience},
      {"the payload of one token, the signature of another",
       base64url_encode(good_header) + '.' + base64url_encode(payload_with("alice", "root")) + '.' +
           good.substr(unsigned_part.size()),
       TokenError::bad_signature},
      {"the signature of another key",
       signed_token(*crypto::Key::from_secret(Algorithm::HS256, std::string(32, 'x')).value(), good_header,
                    good_payload),
       TokenError::bad_signature},
      {"a signature cut short", good.substr(0, good.size() - 4), TokenError::bad_signature},
      {"good again, after all of these", good, {}},
  };
  AccessTokenVerifier verifier{keys_for(Algorithm::HS256)};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(error_of(verifier.verify(c.token, now)), c.error);
  }
}

TEST(AccessTokenVerifier, RefusesATokenWithAnyBitChanged) {
  for (const Algorithm algorithm : {Algorithm::HS256, Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA}) {
    SCOPED_TRACE(to_string(algorithm));
    AccessTokenVerifier verifier{keys_for(algorithm)};
    const std::string good = signed_token(*test::signing_key(algorithm), header_for(algorithm), good_payload);
    ASSERT_TRUE(verifier.verify(good, now));
    for (std::size_t at = 0; at < good.size(); ++at) {
      // Every bit of HS256's, one of each byte of those that take longer.
      for (int bit = algorithm == Algorithm::HS256 ? 0 : 7; bit < 8; ++bit) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1 << (algorithm == Algorithm::HS256 ? bit : static_cast<int>(at % 8)));
        EXPECT_FALSE(verifier.verify(bad, now)) << "byte " << at << ", bit " << bit;
      }
    }
    EXPECT_TRUE(verifier.verify(good, now));
  }
}

TEST(AccessTokenVerifier, RefusesEveryTruncationDeletionAndInsertion) {
  AccessTokenVerifier verifier{keys_for(Algorithm::HS256)};
  const std::string good =
      signed_token(*test::signing_key(Algorithm::HS256), header_for(Algorithm::HS256), good_payload);
  for (std::size_t at = 0; at < good.size(); ++at) {
    EXPECT_FALSE(verifier.verify(good.substr(0, at), now));
    EXPECT_FALSE(verifier.verify(good.substr(at + 1), now));
    EXPECT_FALSE(verifier.verify(std::string{good}.erase(at, 1), now));
    for (const char extra : {'A', '.', '=', '\0', '\n', '\xff'})
      EXPECT_FALSE(verifier.verify(std::string{good}.insert(at, 1, extra), now));
  }
}

TEST(AccessTokenVerifier, RemembersAHeaderButNoVerdict) {
  AccessTokenVerifier verifier{keys_for(Algorithm::HS256)};
  const auto key = test::signing_key(Algorithm::HS256);
  const std::string good = signed_token(*key, header_for(Algorithm::HS256), good_payload);
  const std::string logout = signed_token(*key, R"({"alg":"HS256","kid":"k1","typ":"logout+jwt"})", good_payload);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(error_of(verifier.verify(good, now)), std::nullopt);
    EXPECT_EQ(error_of(verifier.verify(logout, now)), TokenError::wrong_type);
    EXPECT_EQ(error_of(verifier.verify(logout, now)), TokenError::wrong_type);
  }
}

TEST(AccessTokenVerifier, ChecksAgainWhatChangesWithTime) {
  AccessTokenVerifier verifier{keys_for(Algorithm::HS256)};
  const std::string token =
      signed_token(*test::signing_key(Algorithm::HS256), header_for(Algorithm::HS256), good_payload);
  const auto claims = verifier.verify(token, now).value();
  const UnixTime end = claims->expires_at + 30s;
  EXPECT_EQ(error_of(verifier.check(*claims, now)), std::nullopt);
  EXPECT_EQ(error_of(verifier.check(*claims, end - 1s)), std::nullopt);
  EXPECT_EQ(error_of(verifier.check(*claims, end)), TokenError::expired);
  EXPECT_EQ(error_of(verifier.verify(token, end)), TokenError::expired);
  EXPECT_EQ(error_of(verifier.check(*claims, now - 60s)), TokenError::not_yet_valid) << "the clock was set back";
  identity::TokenClaims foreign = *claims;
  foreign.issuer = "https://evil.test";
  EXPECT_EQ(error_of(verifier.check(foreign, now)), TokenError::wrong_issuer);
}

TEST(AccessTokenVerifier, KeepsTheKeysOfIssuersApart) {
  const auto ours = test::signing_key(Algorithm::HS256);
  const auto theirs = test::signing_key(Algorithm::ES256);
  auto keys = std::make_shared<KeySet>();
  keys->issuers.push_back(test::issuer_with({{"k1", ours}}));
  Issuer other = test::issuer_with({{"k1", test::verifying_key(Algorithm::ES256)}});
  other.expected.issuer = "https://idp.test";
  other.expected.audiences = {"other-api", "api"};
  other.username_claim = "email";
  other.mapping = {.username_prefix = "idp:", .roles_claim = {}};
  keys->issuers.push_back(other);
  AccessTokenVerifier verifier{keys};
  const std::string foreign =
      R"({"iss":"https://idp.test","aud":["api"],"sub":"7","email":"bob@idp.test","exp":1800001800})";
  const std::string posing =
      R"({"iss":"https://gateway.test","aud":["legacy-apis"],"sub":"root","email":"x","exp":1800001800})";
  struct Case {
    const char* name;
    crypto::Key::Pointer key;
    std::string payload;
    std::optional<TokenError> error;
  };
  const Case cases[] = {
      {"ours", ours, std::string{good_payload}, {}},
      {"theirs", theirs, foreign, {}},
      {"signed by them in our name", theirs, posing, TokenError::wrong_algorithm},
      {"signed by us in their name", ours, foreign, TokenError::wrong_algorithm},
      {"of an issuer nobody knows", theirs, R"({"iss":"https://x.test","sub":"a","exp":1800001800})",
       TokenError::unknown_issuer},
      {"of no issuer", theirs, R"({"sub":"a","exp":1800001800})", TokenError::unknown_issuer},
      {"an issuer that is no string", theirs, R"({"iss":["https://idp.test"],"sub":"a","exp":1800001800})",
       TokenError::unknown_issuer},
      {"theirs for our audience", theirs,
       R"({"iss":"https://idp.test","aud":"legacy-apis","sub":"7","email":"b","exp":1800001800})",
       TokenError::wrong_audience},
      {"theirs without their username claim", theirs,
       R"({"iss":"https://idp.test","aud":"api","sub":"7","exp":1800001800})", TokenError::malformed},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string token = signed_token(*c.key, header_for(c.key->algorithm()), c.payload);
    EXPECT_EQ(error_of(verifier.verify(token, now)), c.error);
  }
  const auto without_theirs = std::make_shared<KeySet>(*keys);
  without_theirs->issuers[1].awaits_keys = true;
  AccessTokenVerifier waiting{without_theirs};
  const std::string early = signed_token(*theirs, header_for(Algorithm::ES256), foreign);
  EXPECT_EQ(error_of(waiting.verify(early, now)), TokenError::no_keys_yet);
  EXPECT_EQ(error_of(waiting.verify(signed_token(*ours, header_for(Algorithm::HS256), good_payload), now)),
            std::nullopt);
  EXPECT_EQ(waiting.issuer_of(early), &without_theirs->issuers[1]);
  EXPECT_EQ(waiting.issuer_of("rubbish"), nullptr);
  const auto bob = verifier.verify(signed_token(*theirs, header_for(Algorithm::ES256), foreign), now).value();
  EXPECT_EQ(bob->username, "idp:bob@idp.test");
  EXPECT_EQ(bob->described_user->username, "idp:bob@idp.test");
  EXPECT_EQ(error_of(verifier.check(*bob, now)), std::nullopt);
}

}  // namespace
}  // namespace bearward::token
