#include "crypto/signer.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <stdexcept>

#include "crypto/ecdsa_signature.h"
#include "crypto/hmac.h"

namespace bearward::crypto {
namespace {

// RFC 7518 §3.5: a salt as long as the hash; MGF1 takes the signature's hash unless told otherwise.
void set_pss(EVP_PKEY_CTX* context) {
  require(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1,
          "RSA-PSS");
}

std::string sign_with_private_key(const Key& key, std::string_view message) {
  const OpensslPointer<EVP_MD_CTX> context{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* parameters = nullptr;  // belongs to `context`
  require(context != nullptr && EVP_DigestSignInit_ex(context.get(), &parameters, digest_name(key.algorithm()), nullptr,
                                                      nullptr, key.handle(), nullptr) == 1,
          "a signer");
  if (is_pss(key.algorithm())) set_pss(parameters);
  std::string signature;
  std::size_t length = static_cast<std::size_t>(EVP_PKEY_get_size(key.handle()));  // the most it may be
  signature.resize(length);
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, as_bytes(message),
                         message.size()) == 1,
          "signing");
  signature.resize(length);
  if (family_of(key.algorithm()) != KeyFamily::ec) return signature;
  auto raw = ecdsa_der_to_raw(signature, coordinate_bytes(key.algorithm()));
  require(raw.has_value(), "an ECDSA signature");
  return *std::move(raw);
}

}  // namespace

std::string sign(const Key& key, std::string_view message) {
  if (!key.can_sign()) throw std::logic_error("a public key was asked to sign");
  if (family_of(key.algorithm()) == KeyFamily::hmac)
    return std::string{Hmac{key.algorithm(), key.secret().reveal()}.of(message)};
  return sign_with_private_key(key, message);
}

}  // namespace bearward::crypto
