#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

struct ssl_ctx_st;
struct ssl_st;
struct x509_st;

namespace bearward::crypto {

/// Who showed a certificate in a TLS handshake, which was verified: what policies and upstreams are told of it. Every
/// text can stand in a header field: names with control or non-ASCII octets in a SAN are no certificate here.
struct ClientCertificate {
  std::string subject;             // RFC 4514: "CN=billing,O=Example"
  std::string issuer;              // the same
  std::string serial;              // hexadecimal, as OpenSSL prints it
  std::string fingerprint;         // SHA-256 of the whole, 64 lower-case hexadecimal digits
  std::string thumbprint;          // the same octets in base64url, `x5t#S256` of RFC 8705 §3.1
  std::vector<std::string> dns;    // of its subjectAltName (RFC 5280 §4.2.1.6); in lower case
  std::vector<std::string> email;  // rfc822Name
  std::vector<std::string> uri;
};

/// Which certificates of clients a listener takes. All texts are PEM.
struct ClientCertificateRules {
  std::string authorities{};  // that sign them; empty: no client is asked for a certificate
  std::string revocations{};  // lists of revoked ones, one of each authority; empty: nothing is looked up
  bool required = false;      // else a client without one is nobody; a bad one is refused in any case
};

/// Has `context` ask clients for certificates. What is wrong with the rules, or empty. The caller clears OpenSSL's
/// error queue.
std::string ask_for_certificates(ssl_ctx_st* context, const ClientCertificateRules& rules);

/// The context of sessions (SSL_CTX_set_session_id_context): one that began under other rules is not resumed.
std::array<unsigned char, 32> session_context_of(const ClientCertificateRules& rules);

/// The error says what of the certificate cannot be used.
Result<ClientCertificate, std::string> describe_certificate(const x509_st* certificate);

/// What the client of a connection showed, its handshake being over; null: nothing.
Result<std::shared_ptr<const ClientCertificate>, std::string> certificate_of_client(ssl_st* connection);

}  // namespace bearward::crypto
