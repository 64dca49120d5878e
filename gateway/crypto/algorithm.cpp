#include "crypto/algorithm.h"

#include <array>

namespace bearward::crypto {
namespace {

struct Traits {
  std::string_view name;
  KeyFamily family;
  const char* digest;
  std::size_t digest_bytes;
  const char* curve;
  std::size_t coordinate_bytes;
};

// In the order of Algorithm.
constexpr std::array<Traits, 13> all_traits{{
    {"HS256", KeyFamily::hmac, "SHA256", 32, nullptr, 0},
    {"HS384", KeyFamily::hmac, "SHA384", 48, nullptr, 0},
    {"HS512", KeyFamily::hmac, "SHA512", 64, nullptr, 0},
    {"RS256", KeyFamily::rsa, "SHA256", 32, nullptr, 0},
    {"RS384", KeyFamily::rsa, "SHA384", 48, nullptr, 0},
    {"RS512", KeyFamily::rsa, "SHA512", 64, nullptr, 0},
    {"PS256", KeyFamily::rsa, "SHA256", 32, nullptr, 0},
    {"PS384", KeyFamily::rsa, "SHA384", 48, nullptr, 0},
    {"PS512", KeyFamily::rsa, "SHA512", 64, nullptr, 0},
    {"ES256", KeyFamily::ec, "SHA256", 32, "prime256v1", 32},
    {"ES384", KeyFamily::ec, "SHA384", 48, "secp384r1", 48},
    {"ES512", KeyFamily::ec, "SHA512", 64, "secp521r1", 66},  // P-521: 521 bits, not 512
    {"EdDSA", KeyFamily::ed25519, nullptr, 0, nullptr, 0},
}};

const Traits& traits(Algorithm algorithm) { return all_traits[static_cast<std::size_t>(algorithm)]; }

}  // namespace

std::string_view to_string(Algorithm algorithm) { return traits(algorithm).name; }

std::optional<Algorithm> algorithm_named(std::string_view name) {
  for (std::size_t i = 0; i < all_traits.size(); ++i)
    if (all_traits[i].name == name) return static_cast<Algorithm>(i);
  return std::nullopt;
}

KeyFamily family_of(Algorithm algorithm) { return traits(algorithm).family; }

bool is_pss(Algorithm algorithm) {
  return algorithm == Algorithm::PS256 || algorithm == Algorithm::PS384 || algorithm == Algorithm::PS512;
}

const char* digest_name(Algorithm algorithm) { return traits(algorithm).digest; }
std::size_t digest_bytes(Algorithm algorithm) { return traits(algorithm).digest_bytes; }
const char* curve_name(Algorithm algorithm) { return traits(algorithm).curve; }

std::string_view jwk_curve_name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::ES256:
      return "P-256";
    case Algorithm::ES384:
      return "P-384";
    case Algorithm::ES512:
      return "P-521";
    case Algorithm::EdDSA:
      return "Ed25519";
    default:
      return {};
  }
}

std::size_t coordinate_bytes(Algorithm algorithm) { return traits(algorithm).coordinate_bytes; }

}  // namespace bearward::crypto
