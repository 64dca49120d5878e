#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "crypto/tls_certificate.h"

struct ssl_ctx_st;
struct ssl_st;

namespace bearward::crypto {

/// What a client checks its servers by, and shows them; all PEM.
struct ClientTlsSettings {
  std::string authorities;  // empty: those that the system trusts
  bool verify = true;       // false: any certificate is taken, whoever made it
  std::optional<CertificateAndKey> certificate;
};

/// The TLS settings of connections that the gateway opens, shared by all workers, immutable. TLS 1.2 and 1.3;
/// the server's certificate must chain to a trusted authority and be for the name that was asked for.
class ClientTlsContext {
 public:
  /// Errors say what is wrong, never the key.
  static Result<std::shared_ptr<const ClientTlsContext>, std::string> make(const ClientTlsSettings& settings);

  /// A new connection's state; never null. `name`, a DNS name or an IP address, is what the certificate
  /// must be for; a DNS name is sent as SNI. The caller frees it with SSL_free.
  ssl_st* new_connection(const std::string& name) const;

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };

  std::unique_ptr<ssl_ctx_st, FreeContext> context_;
};

}  // namespace bearward::crypto
