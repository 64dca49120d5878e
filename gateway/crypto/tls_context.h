#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/client_certificate.h"
#include "crypto/ocsp_staple.h"
#include "crypto/session_tickets.h"
#include "crypto/tls_certificate.h"

struct ssl_ctx_st;
struct ssl_st;

namespace bearward::crypto {

/// What a TLS listener does; empty texts stand for the usual.
struct ServerTls {
  std::vector<ServerCertificate> certificates;
  bool at_least_1_3 = false;
  bool at_most_1_2 = false;
  std::string ciphers{};       // of TLS 1.2
  std::string ciphersuites{};  // of TLS 1.3
  std::string groups{};
  bool strict_sni = false;  // refuse a client that asks for a name of no certificate
  SessionTickets tickets{};
  ClientCertificateRules client_certificates{};
};

/// The TLS settings of a listener, shared by all workers, immutable. TLS 1.2 with forward secrecy and
/// authenticated encryption only, and 1.3 (RFC 9325); no compression, no renegotiation, tickets without a cache.
class TlsContext {
 public:
  /// The first certificate is the default; another is used when the client's server name (SNI) is among
  /// its DNS names, exactly or by a wildcard's one label. Of certificates with the same names and keys of
  /// different kinds the client gets the one whose signatures it can verify. Errors say what is wrong, never the key.
  static Result<std::shared_ptr<const TlsContext>, std::string> server(const ServerTls& settings);

  /// A new connection's state; never null. The caller frees it with SSL_free.
  ssl_st* new_server_connection() const;

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };
  using Context = std::unique_ptr<ssl_ctx_st, FreeContext>;
  struct Site {
    Context context;
    std::vector<std::string> names;  // lower case, sorted; "*.example.org" for a wildcard
    std::vector<int> kinds;          // of its certificates' keys
  };

  struct Stapled {
    X509Pointer certificate;
    OcspStaple staple;
  };

  static int send_staple(ssl_st* connection, void* self);
  static int choose_site(ssl_st* connection, int* alert, void* self);
  Result<void, std::string> add_staple(const ServerCertificate& certificate);
  Result<void, std::string> add(const ServerCertificate& certificate, const ServerTls& settings);
  const Site* find(std::string_view server_name) const;

  bool strict_sni_ = false;
  SessionTickets tickets_;
  std::vector<Site> sites_;
  std::vector<Stapled> staples_;
};

}  // namespace bearward::crypto
