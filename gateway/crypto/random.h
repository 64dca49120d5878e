#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace bearward::crypto {

/// Bytes of OpenSSL's generator, fit for keys, salts and token identifiers. Throws std::runtime_error
/// when the generator cannot be seeded: nothing may go on with predictable bytes.
void random_bytes(std::span<unsigned char> out);

/// `bytes` random bytes as twice as many lower-case hexadecimal digits. Throws as random_bytes does.
std::string random_hex(std::size_t bytes);

}  // namespace bearward::crypto
