#pragma once

#include <string>

#include "crypto/client_tls_context.h"
#include "crypto/tls_context.h"
#include "transport/buffer_pool.h"
#include "transport/handshakes.h"
#include "transport/stream.h"

struct ssl_st;
struct bio_st;

namespace bearward::transport {

/// A connection inside TLS: the only file where OpenSSL meets a socket. OpenSSL reads the socket itself;
/// what it writes is gathered in a block of the worker's pool and sent in one call, so that a head and
/// its content, or four records of content, cost one send. No memory is held while the connection idles,
/// save OpenSSL's own.
class TlsStream final : public Stream {
 public:
  TlsStream(Socket socket, async::CoarseTimer& timer, BufferPool& buffers,
            const std::shared_ptr<const crypto::TlsContext>& context, Handshakes& handshakes);
  /// The client's side: the server has to prove that it is `server_name`, a DNS name or an IP address.
  TlsStream(Socket socket, async::CoarseTimer& timer, BufferPool& buffers,
            const std::shared_ptr<const crypto::ClientTlsContext>& context, const std::string& server_name);
  ~TlsStream() override;

  Task<error_code> handshake() override;
  Task<error_code> write(std::string_view first, std::string_view second, std::string_view third) override;
  Task<> end_writing() override;
  Result<std::shared_ptr<const crypto::ClientCertificate>, std::string> client_certificate() const override {
    return crypto::certificate_of_client(ssl_);
  }
  std::string_view problem() const override { return problem_; }

 protected:
  IoResult try_read(std::span<char> into) override;
  bool holds_bytes() const override;

 private:
  friend struct StreamBio;
  TlsStream(Socket socket, async::CoarseTimer& timer, BufferPool& buffers, std::shared_ptr<const void> context,
            ssl_st* ssl);
  static constexpr std::size_t most_record_bytes = 16 * 1024;

  Task<error_code> encrypt(std::string_view bytes);
  Task<error_code> flush_sealed();
  bool send_without_waiting();
  Task<error_code> shake_hands();
  IoState state_after(int result);

  BufferPool& buffers_;
  std::shared_ptr<const void> context_;  // OpenSSL calls back into it
  ssl_st* ssl_;
  Handshakes::Turn turn_;     // the server's side, until the handshake is over
  std::string problem_;       // why it failed
  BufferPool::Lease sealed_;  // encrypted, not sent yet
  std::size_t sealed_bytes_ = 0;
};

}  // namespace bearward::transport
