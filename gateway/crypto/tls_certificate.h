#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

struct bio_st;
struct ssl_ctx_st;
struct x509_st;

namespace bearward::crypto {

/// What one side of a TLS connection shows; both PEM.
struct CertificateAndKey {
  std::string chain;  // its own certificate, then its issuers
  Secret private_key;
};

/// What a TLS listener shows.
struct ServerCertificate {
  std::string chain;  // PEM: its own certificate, then its issuers
  Secret private_key;
  std::string ocsp_staple{};  // DER (ocsp_staple.h); empty: none
};

struct FreeX509 {
  void operator()(x509_st* certificate) const;
};
using X509Pointer = std::unique_ptr<x509_st, FreeX509>;

/// The certificates of a PEM text, in its order.
std::vector<X509Pointer> read_chain(std::string_view pem);

struct FreeBio {
  void operator()(bio_st* bio) const;
};
using Bio = std::unique_ptr<bio_st, FreeBio>;

/// `text` outlives it.
Bio open_pem(std::string_view text);

/// For OpenSSL's readers of PEM: a key that is encrypted is refused rather than asked for at a terminal.
int no_passphrase(char* into, int size, int writing, void* of);

/// Has `context` show this certificate; `names` are its DNS names, in lower case. What is wrong with it, or
/// empty. Never quotes the key. The caller clears OpenSSL's error queue.
std::string use_certificate(ssl_ctx_st* context, const CertificateAndKey& pem, std::vector<std::string>& names);

}  // namespace bearward::crypto
