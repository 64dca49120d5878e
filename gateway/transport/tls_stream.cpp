#include "transport/tls_stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <boost/asio/error.hpp>

#include <cerrno>
#include <new>

namespace bearward::transport {

namespace {

std::string describe_failure(const SSL* connection) {
  const long verdict = SSL_get_verify_result(connection);
  if (verdict != X509_V_OK && (SSL_get_verify_mode(connection) & SSL_VERIFY_PEER) != 0) {
    return std::string("its certificate is refused: ") + X509_verify_cert_error_string(verdict);
  }
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  return reason != nullptr ? std::string("TLS: ") + reason : std::string{};
}

}  // namespace

/// OpenSSL's view of the connection: read is recv, write appends to the block.
struct StreamBio {
  static TlsStream& stream_of(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* into, std::size_t size, std::size_t* received) {
    BIO_clear_retry_flags(bio);
    while (true) {
      const ssize_t result = ::recv(stream_of(bio).socket().native_handle(), into, size, MSG_DONTWAIT);
      if (result > 0) {
        *received = static_cast<std::size_t>(result);
        return 1;
      }
      if (result < 0 && errno == EINTR) continue;
      if (result < 0 && errno == EAGAIN) BIO_set_retry_read(bio);
      if (result == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
      *received = 0;
      return 0;
    }
  }

  static int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* taken) {
    TlsStream& stream = stream_of(bio);
    BIO_clear_retry_flags(bio);
    if (!stream.sealed_) stream.sealed_ = BufferPool::Lease(stream.buffers_);
    const std::size_t room = BufferPool::block_bytes - stream.sealed_bytes_;
    if (size > room) {  // callers flush before the block is full; an alert may still find it so
      BIO_set_retry_write(bio);
      *taken = 0;
      return 0;
    }
    std::memcpy(stream.sealed_.data() + stream.sealed_bytes_, bytes, size);
    stream.sealed_bytes_ += size;
    *taken = size;
    return 1;
  }

  static long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return 0;
  }

  static BIO_METHOD* method() {
    static BIO_METHOD* const shared = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bearward stream");
      if (made == nullptr) throw std::bad_alloc();
      BIO_meth_set_read_ex(made, read);
      BIO_meth_set_write_ex(made, write);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    return shared;
  }
};

TlsStream::TlsStream(Socket socket, async::CoarseTimer& timer, BufferPool& buffers,
                     const std::shared_ptr<const crypto::TlsContext>& context, Handshakes& handshakes)
    : TlsStream(std::move(socket), timer, buffers, context, context->new_server_connection()) {
  turn_ = handshakes.begin();
}

TlsStream::TlsStream(Socket socket, async::CoarseTimer& timer, BufferPool& buffers,
                     const std::shared_ptr<const crypto::ClientTlsContext>& context, const std::string& server_name)
    : TlsStream(std::move(socket), timer, buffers, context, context->new_connection(server_name)) {}

TlsStream::TlsStream(Socket socket, async::CoarseTimer& timer, BufferPool& buffers, std::shared_ptr<const void> context,
                     ssl_st* ssl)
    : Stream(std::move(socket), timer), buffers_(buffers), context_(std::move(context)), ssl_(ssl) {
  BIO* bio = BIO_new(StreamBio::method());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
}

TlsStream::~TlsStream() { SSL_free(ssl_); }

Stream::IoState TlsStream::state_after(int result) {
  const int error = SSL_get_error(ssl_, result);
  switch (error) {
    case SSL_ERROR_WANT_READ:
      return IoState::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return IoState::wants_write;
    case SSL_ERROR_ZERO_RETURN:
      return IoState::ended;
    default:
      if (SSL_is_server(ssl_) == 0 || turn_ != nullptr) problem_ = describe_failure(ssl_);
      // SSL_get_error reads the thread's error queue: it must be empty for the next connection's call.
      ERR_clear_error();
      return IoState::failed;
  }
}

Task<error_code> TlsStream::handshake() {
  const error_code failed = co_await shake_hands();
  if (turn_ != nullptr) {
    if (failed) turn_->count_failure();
    // The OCSP staple has been sent: an idle connection does not keep its copy.
    SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, nullptr);
  }
  turn_.reset();
  co_return failed;
}

Task<error_code> TlsStream::shake_hands() {
  while (true) {
    const int result = SSL_do_handshake(ssl_);
    const IoState state = result == 1 ? IoState::done : state_after(result);
    // Also after a failure: the alert says why.
    if (const error_code error = co_await flush_sealed()) co_return error;
    if (state == IoState::done) co_return error_code{};
    if (state == IoState::failed || state == IoState::ended) co_return error_code{asio::error::connection_reset};
    if (const error_code error = co_await wait(state)) co_return error;
  }
}

Stream::IoResult TlsStream::try_read(std::span<char> into) {
  std::size_t received = 0;
  const int result = SSL_read_ex(ssl_, into.data(), into.size(), &received);
  if (result == 1) return {IoState::done, received};
  const IoState state = state_after(result);
  // A key update or an alert that reading called for leaves now; the next write takes what does not fit.
  if (sealed_bytes_ != 0) send_without_waiting();
  return {state};
}

Task<error_code> TlsStream::write(std::string_view first, std::string_view second, std::string_view third) {
  error_code error = co_await encrypt(first);
  if (!error && !second.empty()) error = co_await encrypt(second);
  if (!error && !third.empty()) error = co_await encrypt(third);
  if (!error && sealed_bytes_ != 0) error = co_await flush_sealed();
  co_return error;
}

/// Seals in records of 16 KiB; sends whenever the next would not fit the block.
Task<error_code> TlsStream::encrypt(std::string_view bytes) {
  constexpr std::size_t record_overhead = 512;
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), most_record_bytes);
    if (sealed_bytes_ + size + record_overhead > BufferPool::block_bytes) {
      if (const error_code error = co_await flush_sealed()) co_return error;
    }
    std::size_t taken = 0;
    const int result = SSL_write_ex(ssl_, bytes.data(), size, &taken);
    if (result == 1) {
      bytes.remove_prefix(taken);
      continue;
    }
    const IoState state = state_after(result);
    if (state != IoState::wants_read && state != IoState::wants_write) {
      co_return error_code{asio::error::connection_reset};
    }
    if (const error_code error = co_await flush_sealed()) co_return error;
    if (state == IoState::wants_read) {
      if (const error_code error = co_await wait(state)) co_return error;
    }
  }
  co_return error_code{};
}

bool TlsStream::send_without_waiting() {
  const ssize_t sent = ::send(socket().native_handle(), sealed_.data(), sealed_bytes_, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return errno == EAGAIN || errno == EINTR;
  sealed_bytes_ -= static_cast<std::size_t>(sent);
  if (sealed_bytes_ != 0) {
    std::memmove(sealed_.data(), sealed_.data() + sent, sealed_bytes_);
  } else {
    sealed_.release();
  }
  return true;
}

Task<error_code> TlsStream::flush_sealed() {
  while (sealed_bytes_ != 0) {
    if (!send_without_waiting()) co_return error_code{errno, boost::system::system_category()};
    if (sealed_bytes_ == 0) break;
    if (const error_code error = co_await wait(IoState::wants_write)) co_return error;
  }
  co_return error_code{};
}

Task<> TlsStream::end_writing() {
  if (SSL_is_init_finished(ssl_) != 0) {
    SSL_shutdown(ssl_);
    ERR_clear_error();
    co_await flush_sealed();
  }
  error_code ignored;
  socket().shutdown(Socket::shutdown_send, ignored);
}

bool TlsStream::holds_bytes() const { return SSL_has_pending(ssl_) != 0; }

}  // namespace bearward::transport
