#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/certificates.h"
#include "support/http_client.h"

namespace bearward::testing {

struct TlsOptions {
  std::string server_name = "gateway.test";  // SNI; empty: none is sent
  int min_version = TLS1_2_VERSION;
  int max_version = TLS1_3_VERSION;
  std::shared_ptr<SSL_SESSION> session{};  // to be resumed
  std::vector<std::string> protocols{};    // of ALPN; empty: the extension is not sent
  std::string signature_algorithms{};      // as OpenSSL writes them; empty: many
  std::string ciphers = "ALL:@SECLEVEL=0";
  std::string preamble = "";                 // sent in clear before the handshake
  std::optional<Certificate> certificate{};  // the client's own
  bool asks_for_staple = false;              // OCSP
};

/// Over TLS. Takes any certificate: tests look at the one that came.
class TlsClient final : public HttpClient {
 public:
  /// Throws when nobody listens; a refused handshake is told by `connected`.
  explicit TlsClient(std::uint16_t port, const TlsOptions& options = {});
  ~TlsClient() override;

  bool connected() const { return connected_; }
  /// OpenSSL's words for why not.
  const std::string& failure() const { return failure_; }
  std::string version() const { return SSL_get_version(ssl_.get()); }
  std::string cipher() const { return SSL_get_cipher_name(ssl_.get()); }
  /// What ALPN agreed on; empty: nothing.
  std::string protocol() const;
  /// Of the key exchange.
  std::string group() const;
  /// The OCSP response that came with the certificate; empty: none.
  std::string staple() const;
  /// EVP_PKEY_EC and the like: of the key in the gateway's certificate.
  int key_kind() const;
  /// The common name of the certificate that the gateway showed.
  std::string certificate_name() const;
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  /// The session's newest ticket, once a response has been read.
  std::shared_ptr<SSL_SESSION> session() const;

  bool send(std::string_view bytes) override;
  TcpSocket& socket() { return socket_; }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  Received receive(std::chrono::milliseconds limit) override;

  TcpSocket socket_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
  bool connected_ = false;
  std::string failure_;
};

}  // namespace bearward::testing
