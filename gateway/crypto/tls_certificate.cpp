#include "crypto/tls_certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "crypto/server_name.h"

namespace bearward::crypto {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

std::vector<std::string> dns_names(X509* certificate) {
  std::vector<std::string> names;
  auto* all = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
    if (name->type != GEN_DNS) continue;
    names.push_back(lower({reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                           static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName))}));
  }
  GENERAL_NAMES_free(all);
  return names;
}

}  // namespace

void FreeX509::operator()(x509_st* certificate) const { X509_free(certificate); }

std::vector<X509Pointer> read_chain(std::string_view pem) {
  const Bio text = open_pem(pem);
  std::vector<X509Pointer> chain;
  while (X509* each = PEM_read_bio_X509_AUX(text.get(), nullptr, no_passphrase, nullptr)) chain.emplace_back(each);
  ERR_clear_error();
  return chain;
}

void FreeBio::operator()(bio_st* bio) const { BIO_free(bio); }

Bio open_pem(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

int no_passphrase(char*, int, int, void*) { return 0; }

std::string use_certificate(SSL_CTX* context, const CertificateAndKey& pem, std::vector<std::string>& names) {
  const Bio chain = open_pem(pem.chain);
  const X509Pointer leaf(PEM_read_bio_X509_AUX(chain.get(), nullptr, no_passphrase, nullptr));
  if (!leaf) return "the certificate file holds no PEM certificate";
  if (SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return "the certificate cannot be used: its key is too short or of an unknown kind";
  }
  names = dns_names(leaf.get());
  while (X509* issuer = PEM_read_bio_X509(chain.get(), nullptr, no_passphrase, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, issuer) != 1) {
      X509_free(issuer);
      return "an issuer in the certificate file cannot be used";
    }
  }
  const Bio key_text = open_pem(pem.private_key.reveal());
  const std::unique_ptr<EVP_PKEY, FreeKey> key(
      PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_passphrase, nullptr));
  if (!key) return "the private key file holds no unencrypted PEM private key";
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return "the private key does not belong to the certificate";
  }
  return {};
}

}  // namespace bearward::crypto
