#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/tls_certificate.h"

struct ssl_ctx_st;
struct ssl_st;

namespace bearward::crypto {

using ServerCertificate = CertificateAndKey;

/// The TLS settings of a listener, shared by all workers, immutable. TLS 1.2 with forward secrecy and
/// authenticated encryption only, and 1.3; no compression, no renegotiation, tickets without a cache.
class TlsContext {
 public:
  /// The first certificate is the default; another is used when the client's server name (SNI) is among
  /// its DNS names, exactly or by a wildcard's one label. Errors say what is wrong, never the key.
  static Result<std::shared_ptr<const TlsContext>, std::string> server(
      const std::vector<ServerCertificate>& certificates, bool at_least_1_3);

  /// A new connection's state; never null. The caller frees it with SSL_free.
  ssl_st* new_server_connection() const;

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };
  using Context = std::unique_ptr<ssl_ctx_st, FreeContext>;
  struct Site {
    Context context;
    std::vector<std::string> names;  // lower case; "*.example.org" for a wildcard
  };

  static int choose_by_server_name(ssl_st* connection, int* alert, void* self);
  const Site* find(std::string_view server_name) const;

  std::vector<Site> sites_;
};

}  // namespace bearward::crypto
