#pragma once

#include <array>
#include <string_view>

namespace bearward::crypto {

using Sha256 = std::array<unsigned char, 32>;

/// FIPS 180-4. For identifiers and for high-entropy tokens at rest; never for passwords.
Sha256 sha256(std::string_view bytes);

}  // namespace bearward::crypto
