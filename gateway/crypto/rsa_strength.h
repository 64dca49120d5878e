#pragma once

#include <openssl/types.h>

#include <optional>
#include <string>

namespace bearward::crypto {

/// What makes an RSA key unfit for signatures, or nullopt: under 2048 bits (RFC 7518 §3.3), over 8192 (a
/// forged token would cost milliseconds to refuse), an exponent that is 1, even or over 64 bits, the
/// fingerprint of ROCA (CVE-2017-15361).
std::optional<std::string> rsa_weakness(const EVP_PKEY* key);

}  // namespace bearward::crypto
