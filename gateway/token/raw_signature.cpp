#include "token/raw_signature.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "token/jwk.h"
#include "token/signature_verifier.h"
#include "token/strict_json.h"

namespace bearward::token {
namespace {

namespace json = boost::json;
using crypto::Algorithm;

std::string_view key_type_of(Algorithm algorithm) {
  switch (crypto::family_of(algorithm)) {
    case crypto::KeyFamily::hmac:
      return "oct";
    case crypto::KeyFamily::rsa:
      return "RSA";
    case crypto::KeyFamily::ec:
    case crypto::KeyFamily::ed25519:
      break;  // the curve decides
  }
  return {};
}

/// A secret without `alg` could be for HS256, HS384 or HS512, an RSA key for six: it is taken for the one that is
/// asked for, if it is one of those.
void name_algorithm(json::object& jwk, Algorithm algorithm) {
  const json::value* type = jwk.if_contains("kty");
  const json::string* text = type != nullptr ? type->if_string() : nullptr;
  if (text != nullptr && !jwk.contains("alg") && std::string_view{*text} == key_type_of(algorithm))
    jwk["alg"] = crypto::to_string(algorithm);
}

/// A set as it is, a single key as a set of one; nullopt for anything else.
std::optional<json::object> read_set(std::string_view text) {
  auto members = parse_strict_object(text);
  if (!members) return std::nullopt;
  if (members->contains("keys")) return members;
  if (!members->contains("kty")) return std::nullopt;
  json::object set;
  set["keys"] = json::array{*std::move(members)};
  return set;
}

std::string reasons(const std::vector<JwkError>& skipped) {
  std::string text;
  for (const JwkError& each : skipped) text += (text.empty() ? "" : "; ") + each.message;
  return text;
}

}  // namespace

Result<std::string, RawRefusal> verify_signature_alone(std::string_view token, std::string_view key_set) {
  auto set = read_set(key_set);
  if (!set) return std::unexpected(RawRefusal{.detail = "it is no JWK and no JWK set", .unreadable = true});
  const auto jws = split_compact(token);
  if (!jws) return std::unexpected(RawRefusal{.error = jws.error()});
  const auto header = parse_header(jws->header);
  if (!header) return std::unexpected(RawRefusal{.error = header.error()});
  if (auto* keys = set->at("keys").if_array()) {
    for (json::value& each : *keys) {
      if (auto* jwk = each.if_object()) name_algorithm(*jwk, header->algorithm);
    }
  }
  const auto parsed = parse_jwk_set(json::serialize(*set));
  if (!parsed) return std::unexpected(RawRefusal{.error = TokenError::unknown_key, .detail = parsed.error().message});
  auto payload = SignatureVerifier{parsed->keys}.verify(*jws, *header);
  if (!payload) return std::unexpected(RawRefusal{.error = payload.error(), .detail = reasons(parsed->skipped)});
  return *std::move(payload);
}

}  // namespace bearward::token
