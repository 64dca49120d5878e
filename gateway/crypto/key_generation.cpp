#include "crypto/key_generation.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/base64url.h"
#include "crypto/openssl.h"
#include "crypto/random.h"

namespace bearward::crypto {
namespace {

constexpr std::size_t rsa_bits = 3072;

PkeyPointer generate_pair(Algorithm algorithm) {
  switch (family_of(algorithm)) {
    case KeyFamily::rsa:
      return PkeyPointer{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", rsa_bits)};
    case KeyFamily::ec:
      return PkeyPointer{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve_name(algorithm))};
    case KeyFamily::ed25519:
      return PkeyPointer{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
    case KeyFamily::hmac:
      break;
  }
  return nullptr;
}

Secret generate_secret(std::size_t bytes) {
  std::string random(bytes, '\0');
  random_bytes({reinterpret_cast<unsigned char*>(random.data()), bytes});
  Secret text{base64url_encode(random)};
  OPENSSL_cleanse(random.data(), random.size());
  return text;
}

}  // namespace

Secret generate_key(Algorithm algorithm) {
  if (family_of(algorithm) == KeyFamily::hmac) return generate_secret(digest_bytes(algorithm));
  const PkeyPointer pair = generate_pair(algorithm);
  const OpensslPointer<BIO> out{BIO_new(BIO_s_secmem())};
  require(pair != nullptr && out != nullptr &&
              PEM_write_bio_PKCS8PrivateKey(out.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "making a key");
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return Secret{std::string(text, static_cast<std::size_t>(size))};
}

}  // namespace bearward::crypto
