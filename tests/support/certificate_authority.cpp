#include "support/certificate_authority.h"

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace bearward::testing {
namespace {

std::shared_ptr<BIO> memory() {
  return {BIO_new(BIO_s_mem()), [](BIO* bio) { BIO_free(bio); }};
}

std::string content_of(const std::shared_ptr<BIO>& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const auto text = memory();
  PEM_write_bio_X509(text.get(), certificate);
  return content_of(text);
}

void add_entry(X509_NAME* name, const char* kind, const std::string& text) {
  X509_NAME_add_entry_by_txt(name, kind, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()), -1, 0);
}

void add_extension(X509* certificate, int kind, const std::string& text) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, text.c_str());
  if (extension == nullptr) throw std::runtime_error("OpenSSL takes no " + text);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void add_raw_dns_name(X509* certificate, const std::string& octets) {
  GENERAL_NAMES* const names = sk_GENERAL_NAME_new_null();
  GENERAL_NAME* const name = GENERAL_NAME_new();
  ASN1_STRING* const text = ASN1_IA5STRING_new();
  ASN1_STRING_set(text, octets.data(), static_cast<int>(octets.size()));
  GENERAL_NAME_set0_value(name, GEN_DNS, text);
  sk_GENERAL_NAME_push(names, name);
  X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT);
  GENERAL_NAMES_free(names);
}

std::shared_ptr<EVP_PKEY> new_key() {
  return {EVP_EC_gen("P-256"), [](EVP_PKEY* key) { EVP_PKEY_free(key); }};
}

std::shared_ptr<X509> new_certificate(long serial, long ends_in_seconds, EVP_PKEY* key) {
  std::shared_ptr<X509> certificate(X509_new(), [](X509* each) { X509_free(each); });
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), ends_in_seconds - 48 * 60 * 60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), ends_in_seconds);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

}  // namespace

CertificateAuthority::CertificateAuthority(const std::string& name)
    : key_(new_key()), certificate_(new_certificate(1, 24 * 60 * 60, key_.get())) {
  X509* const certificate = certificate_.get();
  add_entry(X509_get_subject_name(certificate), "CN", name);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  if (X509_sign(certificate, key_.get(), EVP_sha256()) == 0) throw std::runtime_error("OpenSSL signs nothing");
}

Certificate CertificateAuthority::issue(const Wish& wish) const {
  const auto key = new_key();
  const auto certificate = new_certificate(wish.serial, wish.ends_in_seconds, key.get());
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  if (!wish.organization.empty()) add_entry(subject, "O", wish.organization);
  add_entry(subject, "CN", wish.common_name);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  if (!wish.names.empty()) add_extension(certificate.get(), NID_subject_alt_name, wish.names);
  if (!wish.raw_dns_name.empty()) add_raw_dns_name(certificate.get(), wish.raw_dns_name);
  if (X509_sign(certificate.get(), key_.get(), EVP_sha256()) == 0) throw std::runtime_error("OpenSSL signs nothing");
  const auto key_text = memory();
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {pem_of(certificate.get()), content_of(key_text)};
}

std::string CertificateAuthority::certificate() const { return pem_of(certificate_.get()); }

std::string CertificateAuthority::revocations(const std::vector<long>& serials, long ends_in_seconds) const {
  const std::shared_ptr<X509_CRL> list(X509_CRL_new(), [](X509_CRL* each) { X509_CRL_free(each); });
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get()));
  ASN1_TIME* const time = ASN1_TIME_new();
  X509_gmtime_adj(time, ends_in_seconds - 48 * 60 * 60);
  X509_CRL_set1_lastUpdate(list.get(), time);
  for (const long serial : serials) {
    X509_REVOKED* const revoked = X509_REVOKED_new();
    ASN1_INTEGER* const number = ASN1_INTEGER_new();
    ASN1_INTEGER_set(number, serial);
    X509_REVOKED_set_serialNumber(revoked, number);
    X509_REVOKED_set_revocationDate(revoked, time);
    X509_CRL_add0_revoked(list.get(), revoked);
    ASN1_INTEGER_free(number);
  }
  X509_gmtime_adj(time, ends_in_seconds);
  X509_CRL_set1_nextUpdate(list.get(), time);
  ASN1_TIME_free(time);
  X509_CRL_sort(list.get());
  X509_CRL_sign(list.get(), key_.get(), EVP_sha256());
  const auto text = memory();
  PEM_write_bio_X509_CRL(text.get(), list.get());
  return content_of(text);
}

std::string CertificateAuthority::ocsp_response(const Certificate& certificate, bool good, long ends_in_seconds) const {
  const std::shared_ptr<BIO> text(BIO_new_mem_buf(certificate.certificate.data(), -1), [](BIO* b) { BIO_free(b); });
  const std::shared_ptr<X509> subject(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr),
                                      [](X509* each) { X509_free(each); });
  OCSP_BASICRESP* const answer = OCSP_BASICRESP_new();
  OCSP_CERTID* const id = OCSP_cert_to_id(EVP_sha1(), subject.get(), certificate_.get());
  ASN1_TIME* const from = X509_gmtime_adj(nullptr, ends_in_seconds - 48 * 60 * 60);
  ASN1_TIME* const to = X509_gmtime_adj(nullptr, ends_in_seconds);
  OCSP_basic_add1_status(answer, id, good ? V_OCSP_CERTSTATUS_GOOD : V_OCSP_CERTSTATUS_REVOKED,
                         OCSP_REVOKED_STATUS_KEYCOMPROMISE, good ? nullptr : from, from, to);
  OCSP_basic_sign(answer, certificate_.get(), key_.get(), EVP_sha256(), nullptr, 0);
  OCSP_RESPONSE* const response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, answer);
  unsigned char* octets = nullptr;
  const int size = i2d_OCSP_RESPONSE(response, &octets);
  std::string der(octets, octets + size);
  OPENSSL_free(octets);
  ASN1_TIME_free(from);
  ASN1_TIME_free(to);
  OCSP_CERTID_free(id);
  OCSP_BASICRESP_free(answer);
  OCSP_RESPONSE_free(response);
  return der;
}

}  // namespace bearward::testing
