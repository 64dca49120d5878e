#pragma once

#include <openssl/types.h>

#include <memory>
#include <string_view>

namespace bearward::crypto {

/// OpenSSL's objects, freed when they go.
struct OpensslFree {
  void operator()(EVP_PKEY* p) const;
  void operator()(EVP_PKEY_CTX* p) const;
  void operator()(EVP_MD* p) const;
  void operator()(EVP_MD_CTX* p) const;
  void operator()(EVP_MAC* p) const;
  void operator()(EVP_MAC_CTX* p) const;
  void operator()(BIGNUM* p) const;  // wiped too
  void operator()(BIO* p) const;
  void operator()(OSSL_PARAM* p) const;  // wiped too
  void operator()(OSSL_PARAM_BLD* p) const;
};

template <class T>
using OpensslPointer = std::unique_ptr<T, OpensslFree>;
using PkeyPointer = OpensslPointer<EVP_PKEY>;

/// For calls that fail only for want of memory or through a bug: throws std::runtime_error naming
/// `what`, and empties the thread's error queue.
void require(bool good, const char* what);

/// Empties the thread's error queue. Due after every failed call: SSL_get_error would read what is left
/// there as a fault of the connection it looks at next.
void forget_openssl_errors();

inline const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace bearward::crypto
