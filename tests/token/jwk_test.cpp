#include "token/jwk.h"

#include <gtest/gtest.h>

#include "token/strict_json.h"

namespace bearward::token {
namespace {

using crypto::Algorithm;

// RFC 7515 appendix A.3.1 and RFC 8037 appendix A.1.
constexpr const char* ec_x = R"("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")";
constexpr const char* ec_y = R"("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")";
constexpr const char* ec_d = R"("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI")";
constexpr const char* ed_x = R"("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")";
constexpr const char* ed_d = R"("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")";
// RFC 7515 appendix A.2.1.
constexpr const char* rsa_n =
    R"("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS)"
    R"(-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg)"
    R"(665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW)"
    R"(yuXpoQ")";
constexpr const char* secret =
    R"("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")";

struct Members {
  std::vector<std::pair<std::string, std::string>> list;
  std::string json() const {
    std::string text;
    for (const auto& [name, value] : list) text += (text.empty() ? "{\"" : ",\"") + name + "\":" + value;
    return text + '}';
  }
};

Result<NamedKey, JwkError> read(const std::string& json) { return parse_jwk(parse_strict_object(json).value()); }

const Members ec{{{"kty", R"("EC")"}, {"crv", R"("P-256")"}, {"x", ec_x}, {"y", ec_y}}};
const Members ed{{{"kty", R"("OKP")"}, {"crv", R"("Ed25519")"}, {"x", ed_x}}};
const Members rsa{{{"kty", R"("RSA")"}, {"n", rsa_n}, {"e", R"("AQAB")"}}};
const Members oct{{{"kty", R"("oct")"}, {"k", secret}, {"alg", R"("HS256")"}}};

/// Members with some added, replaced or (value empty) removed.
std::string with(Members members, std::vector<std::pair<std::string, std::string>> changes) {
  for (const auto& change : changes) {
    std::erase_if(members.list, [&](const auto& member) { return member.first == change.first; });
    if (!change.second.empty()) members.list.push_back(change);
  }
  return members.json();
}

TEST(ParseJwk, TakesEveryKindOfSignatureKey) {
  struct Case {
    const char* name;
    std::string json;
    Algorithm algorithm;
    bool can_sign;
  };
  const Case cases[] = {
      {"EC, its algorithm by its curve", ec.json(), Algorithm::ES256, false},
      {"EC, named", with(ec, {{"alg", R"("ES256")"}}), Algorithm::ES256, false},
      {"EC, private", with(ec, {{"d", ec_d}}), Algorithm::ES256, true},
      {"Ed25519", ed.json(), Algorithm::EdDSA, false},
      {"Ed25519, private", with(ed, {{"d", ed_d}}), Algorithm::EdDSA, true},
      {"Ed25519 under its name of RFC 9864", with(ed, {{"alg", R"("Ed25519")"}}), Algorithm::EdDSA, false},
      {"RSA without alg", rsa.json(), Algorithm::RS256, false},
      {"RSA for PSS", with(rsa, {{"alg", R"("PS384")"}}), Algorithm::PS384, false},
      {"a secret", oct.json(), Algorithm::HS256, true},
      {"a secret for HS512", with(oct, {{"alg", R"("HS512")"}}), Algorithm::HS512, true},
      {"use sig", with(ec, {{"use", R"("sig")"}}), Algorithm::ES256, false},
      {"key_ops verify", with(ec, {{"key_ops", R"(["verify"])"}}), Algorithm::ES256, false},
      {"key_ops sign and verify", with(oct, {{"key_ops", R"(["sign","verify"])"}}), Algorithm::HS256, true},
      {"members nobody knows", with(ec, {{"x5t", R"("abc")"}, {"iat", "1"}}), Algorithm::ES256, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto key = read(c.json);
    ASSERT_TRUE(key.has_value()) << key.error().message;
    EXPECT_EQ(key->key->algorithm(), c.algorithm);
    EXPECT_EQ(key->key->can_sign(), c.can_sign);
    EXPECT_EQ(key->kid, "");
  }
  EXPECT_EQ(read(with(ec, {{"kid", R"("k7")"}}))->kid, "k7");
  EXPECT_EQ(parse_jwk(*parse_strict_object(rsa.json()), Algorithm::PS256)->key->algorithm(), Algorithm::PS256);
}

TEST(ParseJwk, RefusesWhatIsNoStrongSignatureKey) {
  struct Case {
    const char* name;
    std::string json;
    const char* error;
  };
  const Case cases[] = {
      {"no kty", with(ec, {{"kty", ""}}), "\"kty\" is not"},
      {"kty of the wrong type", with(ec, {{"kty", "1"}}), "\"kty\" is not"},
      {"an unknown kty", with(ec, {{"kty", R"("AKP")"}}), "\"kty\" is not"},
      {"kty in lower case", with(ec, {{"kty", R"("ec")"}}), "\"kty\" is not"},
      {"no curve", with(ec, {{"crv", ""}}), "\"crv\" is no curve"},
      {"secp256k1", with(ec, {{"crv", R"("secp256k1")"}}), "\"crv\" is no curve"},
      {"an EC key on Ed25519", with(ec, {{"crv", R"("Ed25519")"}}), "\"crv\" is no curve"},
      {"an OKP key on P-256", with(ed, {{"crv", R"("P-256")"}}), "\"crv\" is no curve"},
      {"X25519, which signs nothing", with(ed, {{"crv", R"("X25519")"}}), "\"crv\" is no curve"},
      {"Ed448", with(ed, {{"crv", R"("Ed448")"}}), "\"crv\" is no curve"},
      {"another curve's name", with(ec, {{"crv", R"("P-384")"}}), "not 48 bytes long"},
      {"alg of another curve", with(ec, {{"alg", R"("ES384")"}}), "\"alg\" does not fit"},
      {"alg of another family", with(ec, {{"alg", R"("RS256")"}}), "\"alg\" does not fit"},
      {"RSA for HS256", with(rsa, {{"alg", R"("HS256")"}}), "\"alg\" does not fit"},
      {"a secret for RS256", with(oct, {{"alg", R"("RS256")"}}), "\"alg\" does not fit"},
      {"a secret for nothing in particular", with(oct, {{"alg", ""}}), "\"alg\" is missing"},
      {"alg none", with(oct, {{"alg", R"("none")"}}), "\"alg\" is no signature algorithm"},
      {"an encryption alg", with(rsa, {{"alg", R"("RSA-OAEP")"}}), "\"alg\" is no signature algorithm"},
      {"alg is a number", with(ec, {{"alg", "256"}}), "\"alg\" is not a string"},
      {"use enc", with(rsa, {{"use", R"("enc")"}}), "\"use\" is not"},
      {"use of the wrong type", with(rsa, {{"use", R"(["sig"])"}}), "\"use\" is not"},
      {"key_ops encrypt", with(rsa, {{"key_ops", R"(["encrypt"])"}}), "\"key_ops\" holds neither"},
      {"key_ops is a string", with(rsa, {{"key_ops", R"("verify")"}}), "\"key_ops\" holds neither"},
      {"no x", with(ec, {{"x", ""}}), "\"x\" is missing"},
      {"x is a number", with(ec, {{"x", "1"}}), "\"x\" is not a string"},
      {"x with padding", with(ec, {{"x", R"("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=")"}}),
       "\"x\" is not base64url"},
      {"x too short", with(ec, {{"x", R"("f83OJ3D2")"}}), "not 32 bytes long"},
      {"a point beside the curve", with(ec, {{"y", ec_x}}), "no point"},
      {"another key's d", with(ec, {{"d", ed_d}}), "do not fit"},
      {"d is no base64url", with(ec, {{"d", R"("!!")"}}), "\"d\" is not base64url"},
      {"no modulus", with(rsa, {{"n", ""}}), "\"n\" is missing"},
      {"an exponent of 1", with(rsa, {{"e", R"("AQ")"}}), "exponent"},
      {"a modulus of a few bytes", with(rsa, {{"n", R"("AQAB")"}}), "bits"},
      {"some private numbers of RSA", with(rsa, {{"d", R"("AQAB")"}, {"p", R"("AQAB")"}}), "only some of"},
      {"private numbers that do not fit", with(rsa, {{"d", R"("AQAB")"}}), "do not fit"},
      {"a short secret", with(oct, {{"k", R"("AyM1SysPpbyDfgZld3umj1qz")"}}), "18 bytes"},
      {"an empty secret", with(oct, {{"k", R"("")"}}), "0 bytes"},
      {"no secret", with(oct, {{"k", ""}}), "\"k\" is missing"},
      {"kid is a number", with(oct, {{"kid", "7"}}), "\"kid\" is not a string"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto key = read(c.json);
    ASSERT_FALSE(key.has_value());
    EXPECT_NE(key.error().message.find(c.error), std::string::npos) << "the error is: " << key.error().message;
    EXPECT_EQ(key.error().message.find("AyM1"), std::string::npos) << "the secret stands in the error";
  }
}

std::string set_of(const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "" : ",") + key;
  return R"({"keys":[)" + text + "]}";
}

TEST(ParseJwkSet, KeepsTheGoodAndSaysWhyItSkipsTheOthers) {
  const auto set =
      parse_jwk_set(set_of({with(ec, {{"kid", R"("a")"}}), with(rsa, {{"use", R"("enc")"}, {"kid", R"("a")"}}), "7",
                            with(ed, {{"kid", R"("b")"}}), R"({"kty":"AKP","alg":"ML-DSA-44"})", rsa.json()}));
  ASSERT_TRUE(set.has_value()) << set.error().message;
  ASSERT_EQ(set->keys.size(), 3u);
  EXPECT_EQ(set->keys[0].kid, "a");
  EXPECT_EQ(set->keys[1].kid, "b");
  EXPECT_EQ(set->keys[2].kid, "");
  ASSERT_EQ(set->skipped.size(), 3u);
  EXPECT_EQ(set->skipped[1].message, "a key is not a JSON object");
  EXPECT_TRUE(parse_jwk_set(R"({"keys":[]})")->keys.empty());
  EXPECT_TRUE(parse_jwk_set(R"({"keys":[],"x":1})"));
}

TEST(ParseJwkSet, RefusesAmbiguousAndOversizedSets) {
  const std::string a = with(ec, {{"kid", R"("a")"}});
  struct Case {
    const char* name;
    std::string json;
    const char* error;
  };
  const Case cases[] = {
      {"no JSON", "<html>", "not a JSON object"},
      {"a list", "[]", "not a JSON object"},
      {"a member twice", R"({"keys":[],"keys":[]})", "not a JSON object"},
      {"a member twice in a key", R"({"keys":[{"kty":"EC","kty":"RSA"}]})", "not a JSON object"},
      {"no keys", R"({"key":[]})", "no list"},
      {"keys is an object", R"({"keys":{}})", "no list"},
      {"a kid twice", set_of({a, with(ed, {{"kid", R"("a")"}})}), "same \"kid\""},
      {"a kid twice, once of a damaged key", set_of({a, with(oct, {{"kid", R"("a")"}, {"k", R"("!")"}})}),
       "same \"kid\""},
      {"secrets beside public keys", set_of({a, oct.json()}), "secrets beside public"},
      {"65 keys", set_of(std::vector<std::string>(65, ec.json())), "more than 64"},
      {"300 KiB", R"({"keys":[],"x":")" + std::string(300 * 1024, 'x') + "\"}", "larger than"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto set = parse_jwk_set(c.json);
    ASSERT_FALSE(set.has_value());
    EXPECT_NE(set.error().message.find(c.error), std::string::npos) << "the error is: " << set.error().message;
  }
  EXPECT_EQ(parse_jwk_set(set_of(std::vector<std::string>(64, ec.json())))->keys.size(), 64u);
}

}  // namespace
}  // namespace bearward::token
