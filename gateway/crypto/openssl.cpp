#include "crypto/openssl.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include <stdexcept>
#include <string>

namespace bearward::crypto {

void OpensslFree::operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
void OpensslFree::operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
void OpensslFree::operator()(EVP_MD* p) const { EVP_MD_free(p); }
void OpensslFree::operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
void OpensslFree::operator()(EVP_MAC* p) const { EVP_MAC_free(p); }
void OpensslFree::operator()(EVP_MAC_CTX* p) const { EVP_MAC_CTX_free(p); }
void OpensslFree::operator()(BIGNUM* p) const { BN_clear_free(p); }
void OpensslFree::operator()(BIO* p) const { BIO_free_all(p); }
void OpensslFree::operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }

void OpensslFree::operator()(OSSL_PARAM* p) const {
  // OSSL_PARAM_free does not wipe what was pushed as plain bytes, which includes Ed25519's private half.
  for (OSSL_PARAM* each = p; each != nullptr && each->key != nullptr; ++each)
    if (each->data != nullptr && each->data_type != OSSL_PARAM_UTF8_STRING)
      OPENSSL_cleanse(each->data, each->data_size);
  OSSL_PARAM_free(p);
}

void require(bool good, const char* what) {
  if (good) return;
  forget_openssl_errors();
  throw std::runtime_error(std::string{"OpenSSL failed: "} + what);
}

void forget_openssl_errors() { ERR_clear_error(); }

}  // namespace bearward::crypto
