#include "crypto/ocsp_staple.h"

#include <openssl/asn1.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <ctime>
#include <memory>

#include "crypto/openssl.h"

namespace bearward::crypto {
namespace {

struct Free {
  void operator()(OCSP_RESPONSE* response) const { OCSP_RESPONSE_free(response); }
  void operator()(OCSP_BASICRESP* response) const { OCSP_BASICRESP_free(response); }
  void operator()(OCSP_CERTID* id) const { OCSP_CERTID_free(id); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

/// Is this the answer about `certificate`? Without the issuer's certificate its serial number has to do.
bool is_about(const OCSP_SINGLERESP* answer, const X509* certificate, const X509* issuer) {
  auto* const id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(answer));
  ASN1_OBJECT* digest_name = nullptr;
  ASN1_INTEGER* serial = nullptr;
  OCSP_id_get0_info(nullptr, &digest_name, nullptr, &serial, id);
  if (issuer == nullptr) return ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate)) == 0;
  const EVP_MD* const digest = EVP_get_digestbyobj(digest_name);
  const Owned<OCSP_CERTID> wanted(digest == nullptr ? nullptr : OCSP_cert_to_id(digest, certificate, issuer));
  return wanted && OCSP_id_cmp(wanted.get(), id) == 0;
}

bool is_signed_by(OCSP_BASICRESP* response, X509* issuer) {
  const Owned<X509_STORE> store(X509_STORE_new());
  require(store && X509_STORE_add_cert(store.get(), issuer) == 1, "memory for a certificate");
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  return OCSP_basic_verify(response, nullptr, store.get(), 0) == 1;
}

UnixTime time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return UnixTime{std::chrono::seconds{::timegm(&parts)}};
}

Result<OcspStaple, std::string> read(std::string_view der, X509* certificate, X509* issuer) {
  const unsigned char* at = as_bytes(der);
  const Owned<OCSP_RESPONSE> whole(d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(der.size())));
  if (!whole) return std::unexpected("it is no OCSP response in DER");
  const Owned<OCSP_BASICRESP> response(OCSP_response_get1_basic(whole.get()));
  if (!response || OCSP_response_status(whole.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
    return std::unexpected("it is a responder's refusal, no answer");
  const OCSP_SINGLERESP* answer = nullptr;
  for (int i = 0; i < OCSP_resp_count(response.get()) && answer == nullptr; ++i) {
    const OCSP_SINGLERESP* each = OCSP_resp_get0(response.get(), i);
    if (is_about(each, certificate, issuer)) answer = each;
  }
  if (answer == nullptr) return std::unexpected("it is about another certificate");
  if (issuer != nullptr && !is_signed_by(response.get(), issuer))
    return std::unexpected("the issuer of the certificate has not signed it");
  ASN1_GENERALIZEDTIME* next_update = nullptr;
  const int status =
      OCSP_single_get0_status(const_cast<OCSP_SINGLERESP*>(answer), nullptr, nullptr, nullptr, &next_update);
  const UnixTime expires_at = next_update == nullptr ? UnixTime::max() : time_of(next_update);
  return OcspStaple{std::string(der), expires_at, status == V_OCSP_CERTSTATUS_GOOD};
}

}  // namespace

Result<OcspStaple, std::string> read_ocsp_staple(std::string_view der, x509_st* certificate, x509_st* issuer) {
  auto staple = read(der, certificate, issuer);
  forget_openssl_errors();
  return staple;
}

bool can_be_sent(const OcspStaple& staple, UnixTime now) { return staple.good && now < staple.expires_at; }

}  // namespace bearward::crypto
