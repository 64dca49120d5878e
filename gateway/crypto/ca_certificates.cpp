#include "crypto/ca_certificates.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <memory>

namespace bearward::crypto {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};

}  // namespace

bool holds_ca_certificates(std::string_view pem) {
  const std::unique_ptr<BIO, Free> text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  ERR_clear_error();
  std::size_t found = 0;
  while (const std::unique_ptr<X509, Free> certificate{PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)}) {
    ++found;
  }
  // At the end of the text there is no further start line; any other error is a certificate that is damaged.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return at_end && found != 0;
}

}  // namespace bearward::crypto
