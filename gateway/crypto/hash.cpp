#include "crypto/hash.h"

#include <openssl/evp.h>

#include "crypto/openssl.h"

namespace bearward::crypto {

Sha256 sha256(std::string_view bytes) {
  Sha256 hash{};
  require(EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(), hash.data(), nullptr) == 1, "SHA-256");
  return hash;
}

}  // namespace bearward::crypto
