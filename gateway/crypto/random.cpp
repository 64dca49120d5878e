#include "crypto/random.h"

#include <openssl/rand.h>

#include "crypto/openssl.h"

namespace bearward::crypto {

void random_bytes(std::span<unsigned char> out) {
  require(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1, "no random bytes");
}

std::string random_hex(std::size_t bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.resize(bytes * 2);
  // The second half takes the bytes; each is read before its place is written over.
  random_bytes({reinterpret_cast<unsigned char*>(text.data()) + bytes, bytes});
  for (std::size_t i = 0; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[bytes + i]);
    text[2 * i] = digits[byte >> 4];
    text[2 * i + 1] = digits[byte & 15];
  }
  return text;
}

}  // namespace bearward::crypto
