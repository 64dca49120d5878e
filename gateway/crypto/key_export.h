#pragma once

#include <string>
#include <variant>

#include "crypto/key.h"
#include "crypto/key_components.h"

namespace bearward::crypto {

/// The public numbers of a key pair, as a JWK carries them; the private members stay empty whatever the key
/// holds. Throws std::invalid_argument for HS*, which has no public half.
using PublicComponents = std::variant<RsaComponents, EcComponents, Ed25519Components>;
PublicComponents public_components(const Key& key);

/// For an operator: "RSA, 2048 bits", "P-256", "Ed25519", "43 bytes".
std::string strength_of(const Key& key);

}  // namespace bearward::crypto
