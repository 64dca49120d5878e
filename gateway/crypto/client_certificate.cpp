#include "crypto/client_certificate.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "base/base64url.h"
#include "crypto/hash.h"
#include "crypto/openssl.h"
#include "crypto/server_name.h"
#include "crypto/tls_certificate.h"

namespace bearward::crypto {
namespace {

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_CRL* list) const { X509_CRL_free(list); }
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  void operator()(char* text) const { OPENSSL_free(text); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

/// RFC 4514, with the letters of all languages as they are. Control octets are escaped.
std::string text_of(const X509_NAME* name) {
  const OpensslPointer<BIO> text(BIO_new(BIO_s_mem()));
  require(text != nullptr, "memory for a name");
  X509_NAME_print_ex(text.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* octets = nullptr;
  const long size = BIO_get_mem_data(text.get(), &octets);
  return {octets, static_cast<std::size_t>(size)};
}

std::string serial_of(const X509* certificate) {
  const OpensslPointer<BIGNUM> number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  const Owned<char> digits(number ? BN_bn2hex(number.get()) : nullptr);
  return digits ? digits.get() : "";
}

std::string hexadecimal(std::string_view octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char octet : octets) {
    text += digits[static_cast<unsigned char>(octet) >> 4];
    text += digits[static_cast<unsigned char>(octet) & 15];
  }
  return text;
}

bool can_stand_in_a_field(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

/// False for a name that cannot be told on.
bool add_alternative_names(const X509* certificate, ClientCertificate& described) {
  const Owned<GENERAL_NAMES> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int kind = 0;
    const void* const value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &kind);
    if (kind != GEN_DNS && kind != GEN_EMAIL && kind != GEN_URI) continue;
    const auto* const string = static_cast<const ASN1_STRING*>(value);
    const std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
                           static_cast<std::size_t>(ASN1_STRING_length(string)));
    if (!can_stand_in_a_field(text)) return false;
    if (kind == GEN_DNS) described.dns.push_back(lower(text));
    if (kind == GEN_EMAIL) described.email.push_back(text);
    if (kind == GEN_URI) described.uri.push_back(text);
  }
  return true;
}

std::string trust(SSL_CTX* context, const std::string& authorities) {
  const Bio text = open_pem(authorities);
  STACK_OF(X509_NAME)* const names = sk_X509_NAME_new_null();
  SSL_CTX_set_client_CA_list(context, names);  // it owns them now: what clients are told of whose are taken
  while (true) {
    const Owned<X509> authority(PEM_read_bio_X509_AUX(text.get(), nullptr, no_passphrase, nullptr));
    if (!authority) break;
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1)
      return "a certificate in the file of clients' authorities cannot be used";
    sk_X509_NAME_push(names, X509_NAME_dup(X509_get_subject_name(authority.get())));
  }
  return sk_X509_NAME_num(names) != 0 ? "" : "the file of clients' authorities holds no PEM certificate";
}

std::string look_up_revocations(SSL_CTX* context, const std::string& revocations) {
  const Bio text = open_pem(revocations);
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  bool any = false;
  while (true) {
    const Owned<X509_CRL> list(PEM_read_bio_X509_CRL(text.get(), nullptr, no_passphrase, nullptr));
    if (!list) break;
    if (X509_STORE_add_crl(store, list.get()) != 1) return "a list in the file of revoked certificates cannot be used";
    any = true;
  }
  // In the whole chain, as with crl-file of HAProxy: an authority without a list vouches for nobody.
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  return any ? "" : "the file of revoked certificates holds no PEM revocation list";
}

}  // namespace

std::string ask_for_certificates(ssl_ctx_st* context, const ClientCertificateRules& rules) {
  if (rules.authorities.empty()) return {};
  std::string problem = trust(context, rules.authorities);
  if (problem.empty() && !rules.revocations.empty()) problem = look_up_revocations(context, rules.revocations);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (rules.required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  return problem;
}

std::array<unsigned char, 32> session_context_of(const ClientCertificateRules& rules) {
  const auto part = [](std::string_view text) { return std::to_string(text.size()) + ":" + std::string(text); };
  return sha256("bearward" + part(rules.authorities) + part(rules.revocations) + (rules.required ? "r" : "o"));
}

Result<ClientCertificate, std::string> describe_certificate(const x509_st* certificate) {
  ClientCertificate described;
  described.subject = text_of(X509_get_subject_name(certificate));
  described.issuer = text_of(X509_get_issuer_name(certificate));
  described.serial = serial_of(certificate);
  if (!add_alternative_names(certificate, described))
    return std::unexpected("its certificate has a name with control or non-ASCII octets");
  std::array<unsigned char, 32> digest{};
  unsigned int size = digest.size();
  require(X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1, "the digest of a certificate");
  const std::string_view octets(reinterpret_cast<const char*>(digest.data()), digest.size());
  described.fingerprint = hexadecimal(octets);
  described.thumbprint = base64url_encode(octets);
  return described;
}

Result<std::shared_ptr<const ClientCertificate>, std::string> certificate_of_client(ssl_st* connection) {
  const X509* const certificate = SSL_get0_peer_certificate(connection);
  if (certificate == nullptr) return nullptr;
  if (SSL_get_verify_result(connection) != X509_V_OK) return std::unexpected("its certificate is not verified");
  auto described = describe_certificate(certificate);
  forget_openssl_errors();
  if (!described) return std::unexpected(std::move(described.error()));
  return std::make_shared<const ClientCertificate>(std::move(*described));
}

}  // namespace bearward::crypto
