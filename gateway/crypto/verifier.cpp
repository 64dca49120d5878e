#include "crypto/verifier.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <array>

#include "crypto/constant_time.h"
#include "crypto/ecdsa_signature.h"
#include "crypto/hmac.h"

namespace bearward::crypto {
namespace {

class HmacVerifier final : public Verifier {
 public:
  explicit HmacVerifier(const Key& key) : hmac_(key.algorithm(), key.secret().reveal()) {}

  bool verify(std::string_view message, std::string_view signature) override {
    return equal_in_constant_time(hmac_.of(message), signature);
  }

 private:
  Hmac hmac_;
};

/// RSA and ECDSA: the message's hash, then a signature of that.
class HashedVerifier final : public Verifier {
 public:
  explicit HashedVerifier(Key::Pointer key)
      : key_(std::move(key)),
        digest_(EVP_MD_fetch(nullptr, digest_name(key_->algorithm()), nullptr)),
        hashing_(EVP_MD_CTX_new()),
        verifying_(EVP_PKEY_CTX_new_from_pkey(nullptr, key_->handle(), nullptr)) {
    require(digest_ != nullptr && hashing_ != nullptr && verifying_ != nullptr, "a verifier");
    EVP_PKEY_CTX* context = verifying_.get();
    require(EVP_PKEY_verify_init(context) == 1 && EVP_PKEY_CTX_set_signature_md(context, digest_.get()) == 1,
            "a verifier's hash");
    if (family_of(key_->algorithm()) == KeyFamily::rsa) set_padding();
  }

  bool verify(std::string_view message, std::string_view signature) override {
    // A shorter or longer RSA signature is refused by OpenSSL too; this one costs nothing and says so.
    if (signature.size() != key_->signature_bytes()) return false;
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
    unsigned hash_bytes = 0;
    require(EVP_DigestInit_ex2(hashing_.get(), digest_.get(), nullptr) == 1 &&
                EVP_DigestUpdate(hashing_.get(), message.data(), message.size()) == 1 &&
                EVP_DigestFinal_ex(hashing_.get(), hash.data(), &hash_bytes) == 1,
            "hashing a token");
    std::optional<std::string> der;
    if (const std::size_t coordinate = coordinate_bytes(key_->algorithm()); coordinate != 0) {
      der = ecdsa_raw_to_der(signature, coordinate);
      if (!der) return false;
      signature = *der;
    }
    const bool good =
        EVP_PKEY_verify(verifying_.get(), as_bytes(signature), signature.size(), hash.data(), hash_bytes) == 1;
    if (!good) forget_openssl_errors();
    return good;
  }

 private:
  void set_padding() {
    const bool pss = is_pss(key_->algorithm());
    EVP_PKEY_CTX* context = verifying_.get();
    require(EVP_PKEY_CTX_set_rsa_padding(context, pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1, "RSA padding");
    // RFC 7518 §3.5: the salt is as long as the hash, and MGF1 uses the same hash.
    if (pss)
      require(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
                  EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest_.get()) == 1,
              "RSA-PSS salt");
  }

  Key::Pointer key_;
  OpensslPointer<EVP_MD> digest_;
  OpensslPointer<EVP_MD_CTX> hashing_;
  OpensslPointer<EVP_PKEY_CTX> verifying_;
};

class Ed25519Verifier final : public Verifier {
 public:
  explicit Ed25519Verifier(Key::Pointer key) : key_(std::move(key)), context_(EVP_MD_CTX_new()) {
    require(context_ != nullptr, "a verifier");
  }

  bool verify(std::string_view message, std::string_view signature) override {
    if (signature.size() != key_->signature_bytes()) return false;
    // Set up each time: a context is good for one Ed25519 message. RFC 8032 §5.1.7 (s below the order) is
    // checked by OpenSSL.
    const bool good =
        EVP_DigestVerifyInit(context_.get(), nullptr, nullptr, nullptr, key_->handle()) == 1 &&
        EVP_DigestVerify(context_.get(), as_bytes(signature), signature.size(), as_bytes(message), message.size()) == 1;
    EVP_MD_CTX_reset(context_.get());
    if (!good) forget_openssl_errors();
    return good;
  }

 private:
  Key::Pointer key_;
  OpensslPointer<EVP_MD_CTX> context_;
};

}  // namespace

std::unique_ptr<Verifier> make_verifier(Key::Pointer key) {
  switch (family_of(key->algorithm())) {
    case KeyFamily::hmac:
      return std::make_unique<HmacVerifier>(*key);
    case KeyFamily::ed25519:
      return std::make_unique<Ed25519Verifier>(std::move(key));
    case KeyFamily::rsa:
    case KeyFamily::ec:
      break;
  }
  return std::make_unique<HashedVerifier>(std::move(key));
}

}  // namespace bearward::crypto
