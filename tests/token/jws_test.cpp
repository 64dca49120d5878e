#include "token/jws.h"

#include <gtest/gtest.h>

#include "base/base64url.h"

namespace bearward::token {
namespace {

using namespace std::string_literals;

std::optional<TokenError> error_of(const auto& result) { return result ? std::nullopt : std::optional{result.error()}; }

TEST(SplitCompact, CutsAtTwoDots) {
  const std::string token = "head.pay.sign";
  const auto jws = split_compact(token);
  ASSERT_TRUE(jws.has_value());
  EXPECT_EQ(jws->header, "head");
  EXPECT_EQ(jws->payload, "pay");
  EXPECT_EQ(jws->signature, "sign");
  EXPECT_EQ(jws->signing_input, "head.pay");
  EXPECT_TRUE(split_compact("a..b")) << "an empty payload is still a JWS";
}

TEST(SplitCompact, RefusesOtherForms) {
  struct Case {
    const char* name;
    std::string token;
    TokenError error;
  };
  const Case cases[] = {
      {"nothing", "", TokenError::malformed},
      {"no dot", "abc", TokenError::malformed},
      {"one dot", "a.b", TokenError::malformed},
      {"three dots", "a.b.c.d", TokenError::malformed},
      {"five parts, a JWE", "a.b.c.d.e", TokenError::malformed},
      {"a dot at the end", "a.b.c.", TokenError::malformed},
      {"no header", ".b.c", TokenError::malformed},
      {"no signature", "a.b.", TokenError::malformed},
      {"dots alone", "..", TokenError::malformed},
      {"JSON serialization", R"({"payload":"a","protected":"b","signature":"c"})", TokenError::malformed},
      {"a byte too long", "a." + std::string(max_token_bytes - 3, 'b') + ".c", TokenError::too_large},
      {"a megabyte of dots", std::string(1 << 20, '.'), TokenError::too_large},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(error_of(split_compact(c.token)), c.error);
  }
  EXPECT_TRUE(split_compact("a." + std::string(max_token_bytes - 4, 'b') + ".c"));
}

TEST(ParseHeader, JudgesEveryHeader) {
  struct Case {
    const char* name;
    std::string header;
    std::optional<TokenError> error;
  };
  const auto deep = [] {
    std::string text = R"({"alg":"HS256","x":)";
    for (int i = 0; i < 500; ++i) text += "[";
    return text;
  };
  const Case cases[] = {
      {"the least", R"({"alg":"HS256"})", {}},
      {"white space", "{ \"alg\" :\t\"ES256\",\r\n \"kid\": \"k1\" }", {}},
      {"an unknown member is ignored (RFC 7515 §4)",
       R"({"alg":"RS256","x-new":{"a":[1]},"x5t":"abc","cty":"JWT"})",
       {}},
      {"an empty kid", R"({"alg":"HS256","kid":""})", {}},
      {"not JSON", "foo", TokenError::malformed},
      {"a list", R"(["alg","HS256"])", TokenError::malformed},
      {"no alg", R"({"typ":"JWT"})", TokenError::malformed},
      {"alg is null", R"({"alg":null})", TokenError::malformed},
      {"alg is a list", R"({"alg":["HS256"]})", TokenError::malformed},
      {"alg twice", R"({"alg":"HS256","alg":"none"})", TokenError::malformed},
      {"alg twice, once escaped", R"({"alg":"HS256","\u0061lg":"none"})", TokenError::malformed},
      {"a member twice deep inside", R"({"alg":"HS256","x":{"y":[{"z":1,"z":2}]}})", TokenError::malformed},
      {"kid is a number", R"({"alg":"HS256","kid":1})", TokenError::malformed},
      {"kid is null", R"({"alg":"HS256","kid":null})", TokenError::malformed},
      {"typ is a list", R"({"alg":"HS256","typ":["JWT"]})", TokenError::malformed},
      {"invalid UTF-8", "{\"alg\":\"HS256\",\"kid\":\"\xff\"}", TokenError::malformed},
      {"deep nesting", deep(), TokenError::malformed},
      {"text after it", R"({"alg":"HS256"} {})", TokenError::malformed},
      {"none", R"({"alg":"none"})", TokenError::unsupported_algorithm},
      {"None", R"({"alg":"None"})", TokenError::unsupported_algorithm},
      {"nOnE", R"({"alg":"nOnE"})", TokenError::unsupported_algorithm},
      {"no name at all", R"({"alg":""})", TokenError::unsupported_algorithm},
      {"lower case", R"({"alg":"hs256"})", TokenError::unsupported_algorithm},
      {"a space after it", R"({"alg":"HS256 "})", TokenError::unsupported_algorithm},
      {"a NUL after it", R"({"alg":"HS256\u0000"})", TokenError::unsupported_algorithm},
      {"an encryption algorithm", R"({"alg":"RSA-OAEP","enc":"A256GCM"})", TokenError::unsupported_algorithm},
      {"ES256K", R"({"alg":"ES256K"})", TokenError::unsupported_algorithm},
      {"crit", R"({"alg":"HS256","crit":["exp"],"exp":1})", TokenError::forbidden_header},
      {"crit, empty", R"({"alg":"HS256","crit":[]})", TokenError::forbidden_header},
      {"crit, null", R"({"alg":"HS256","crit":null})", TokenError::forbidden_header},
      {"b64", R"({"alg":"HS256","b64":false,"crit":["b64"]})", TokenError::forbidden_header},
      {"b64, true", R"({"alg":"HS256","b64":true})", TokenError::forbidden_header},
      {"jwk", R"({"alg":"ES256","jwk":{"kty":"EC"}})", TokenError::forbidden_header},
      {"jku", R"({"alg":"RS256","jku":"https://evil.test/keys"})", TokenError::forbidden_header},
      {"x5u", R"({"alg":"RS256","x5u":"https://evil.test/cert"})", TokenError::forbidden_header},
      {"x5c", R"({"alg":"RS256","x5c":["MIIB"]})", TokenError::forbidden_header},
      {"jwk, escaped", R"({"alg":"RS256","\u006awk":{}})", TokenError::forbidden_header},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(error_of(parse_header(base64url_encode(c.header))), c.error);
  }
}

TEST(ParseHeader, KeepsWhatItRead) {
  const auto header = parse_header(base64url_encode(R"({"typ":"at+jwt","alg":"EdDSA","kid":"k-\u00fc"})"));
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->algorithm, crypto::Algorithm::EdDSA);
  EXPECT_EQ(header->kid, "k-ü");
  EXPECT_EQ(header->type, "at+jwt");
  EXPECT_EQ(parse_header(base64url_encode(R"({"alg":"PS384"})"))->kid, std::nullopt);
}

TEST(ParseHeader, RefusesBase64ThatIsNotStrict) {
  const std::string good = base64url_encode(R"({"alg":"HS256"})");
  for (const std::string& bad : {good + "=", good + "?", " " + good, good + "\n", good.substr(1), good + "A"})
    EXPECT_EQ(error_of(parse_header(bad)), TokenError::malformed) << bad;
}

TEST(IsAccessTokenType, KnowsTheTwoTypes) {
  for (const char* type :
       {"JWT", "jwt", "Jwt", "at+jwt", "AT+JWT", "application/jwt", "application/at+jwt", "Application/AT+JWT"})
    EXPECT_TRUE(is_access_token_type(type)) << type;
  EXPECT_TRUE(is_access_token_type(std::nullopt));
  for (const char* type : {"", "JWS", "JOSE", "logout+jwt", "dpop+jwt", "id_token", "at+jwt ", "xat+jwt",
                           "application/", "application/application/jwt", "text/jwt", "secevent+jwt"})
    EXPECT_FALSE(is_access_token_type(type)) << type;
}

}  // namespace
}  // namespace bearward::token
