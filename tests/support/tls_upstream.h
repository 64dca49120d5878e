#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "support/certificates.h"
#include "support/tcp_socket.h"

namespace bearward::testing {

/// A server inside TLS. Answers every request with what it saw of the client: `SNI/CLIENT` where CLIENT is
/// the common name of the client's certificate. One that asks to switch to the protocol `echo` gets that.
class TlsUpstream {
 public:
  /// `demanded`: the authority that clients' certificates must come from; empty: none is asked for.
  explicit TlsUpstream(const Certificate& certificate, const std::string& demanded = {});
  ~TlsUpstream();
  TlsUpstream(const TlsUpstream&) = delete;
  TlsUpstream& operator=(const TlsUpstream&) = delete;

  std::uint16_t port() const { return port_; }
  /// Those whose handshake succeeded.
  std::size_t connections() const { return connections_; }

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  void accept_connections();
  void serve(int descriptor);

  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::uint16_t port_ = 0;
  TcpSocket listener_;
  std::atomic<std::size_t> connections_{0};
  std::mutex mutex_;  // of sockets_
  std::list<TcpSocket> sockets_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace bearward::testing
