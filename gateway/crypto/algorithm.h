#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bearward::crypto {

/// The JWS signature algorithms of RFC 7518 §3.1 and RFC 8037 §3.1 but `none`, which has no name here
/// so that no code can ask for it.
enum class Algorithm : std::uint8_t {
  HS256,
  HS384,
  HS512,
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512,
  EdDSA,  // Ed25519 only
};

enum class KeyFamily : std::uint8_t { hmac, rsa, ec, ed25519 };

/// `alg` as it is written in a header.
std::string_view to_string(Algorithm algorithm);
/// nullopt for any other text, `none` in every spelling included: names are compared byte by byte.
std::optional<Algorithm> algorithm_named(std::string_view name);

KeyFamily family_of(Algorithm algorithm);
/// RSASSA-PSS (PS256, PS384, PS512).
bool is_pss(Algorithm algorithm);
/// OpenSSL's name of the hash; nullptr for EdDSA, which brings its own.
const char* digest_name(Algorithm algorithm);
/// Bytes of that hash; 0 for EdDSA. An HMAC key is at least as long (RFC 7518 §3.2).
std::size_t digest_bytes(Algorithm algorithm);
/// OpenSSL's name of the only curve an ES* algorithm may use (RFC 7518 §3.4); nullptr for the others.
const char* curve_name(Algorithm algorithm);
/// The same curve as RFC 7518 §6.2.1.1 and RFC 8037 §2 call it; empty for RSA and HMAC.
std::string_view jwk_curve_name(Algorithm algorithm);
/// Bytes of a coordinate, and of r and of s, on that curve; 0 for the others.
std::size_t coordinate_bytes(Algorithm algorithm);

}  // namespace bearward::crypto
