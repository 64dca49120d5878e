#include "support/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace bearward::testing {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};

std::string content_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

bool is_address(const std::string& name) { return name.find_first_not_of("0123456789.") == std::string::npos; }

void add_name(X509* certificate, const std::string& name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.data()),
                             static_cast<int>(name.size()), -1, 0);
  X509_set_issuer_name(certificate, subject);
  const std::unique_ptr<X509_EXTENSION, Free> alternative(X509V3_EXT_conf_nid(
      nullptr, nullptr, NID_subject_alt_name, ((is_address(name) ? "IP:" : "DNS:") + name).c_str()));
  X509_add_ext(certificate, alternative.get(), -1);
}

Certificate make(const std::string& name, long starts_in_seconds, long ends_in_seconds,
                 EVP_PKEY* new_key = EVP_EC_gen("P-256")) {
  const std::unique_ptr<EVP_PKEY, Free> key(new_key);
  const std::unique_ptr<X509, Free> certificate(X509_new());
  if (!key || !certificate) throw std::runtime_error("OpenSSL makes no key");
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), starts_in_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), ends_in_seconds);
  X509_set_pubkey(certificate.get(), key.get());
  add_name(certificate.get(), name);
  if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) throw std::runtime_error("OpenSSL signs nothing");

  const std::unique_ptr<BIO, Free> certificate_text(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate_text.get(), certificate.get());
  const std::unique_ptr<BIO, Free> key_text(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {content_of(certificate_text.get()), content_of(key_text.get())};
}

}  // namespace

Certificate make_certificate(const std::string& name) { return make(name, -60, 24 * 60 * 60); }

Certificate make_rsa_certificate(const std::string& name) { return make(name, -60, 24 * 60 * 60, EVP_RSA_gen(2048)); }

Certificate make_expired_certificate(const std::string& name) { return make(name, -2 * 60 * 60, -60 * 60); }

}  // namespace bearward::testing
