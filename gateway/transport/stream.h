#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "async/coarse_timer.h"
#include "async/task.h"
#include "base/result.h"
#include "crypto/client_certificate.h"

namespace bearward::transport {

/// The bytes of one connection, in clear or inside TLS. One reader and one writer at a time. Every wait
/// ends by the reader's or the writer's deadline, which whoever waits has armed: the error is then
/// `timed_out`, and the connection is of no more use to the other either.
class Stream {
 public:
  Stream(Socket socket, async::CoarseTimer& timer)
      : socket_(std::move(socket)), read_deadline_(timer, socket_), write_deadline_(timer, socket_) {}
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Sets up what the bytes travel in; nothing for a clear stream.
  virtual Task<error_code> handshake() { co_return error_code{}; }

  /// At least one byte, or 0 at the orderly end of the peer's bytes.
  Task<Result<std::size_t>> read(std::span<char> into);

  /// What has arrived, without waiting: nullopt when that is nothing, 0 at the orderly end of the peer's bytes.
  Result<std::optional<std::size_t>> read_arrived(std::span<char> into);

  /// All of `first`, then all of `second` and `third`, in as few sends as can be.
  virtual Task<error_code> write(std::string_view first, std::string_view second = {}, std::string_view third = {}) = 0;

  /// Waits for something to read without holding memory for it.
  Task<error_code> wait_readable();
  /// The same after `read_arrived` has brought nothing: waits for bytes that are not here yet, not even in part.
  Task<error_code> wait_for_more() { return wait(IoState::wants_read); }

  /// Tells the peer that no more bytes come; what it still sends can be read.
  virtual Task<> end_writing() = 0;

  /// Why it failed, where more is known than an error's name; for the log.
  virtual std::string_view problem() const { return {}; }

  /// What the peer of a server's side showed in the handshake, which is over; null: nothing. The error says what cannot
  /// be used of it.
  virtual Result<std::shared_ptr<const crypto::ClientCertificate>, std::string> client_certificate() const {
    return nullptr;
  }

  /// Cuts the connection. Whoever waits on it gets an error.
  void close();

  Socket& socket() { return socket_; }
  async::SocketDeadline& read_deadline() { return read_deadline_; }
  async::SocketDeadline& write_deadline() { return write_deadline_; }

  /// Has the peer ended its side, or reset the connection? Bytes that nobody has read do not matter.
  bool peer_has_gone();

  /// Has the peer sent bytes, or closed, that nobody has read? Does not wait.
  bool has_unread_bytes();

 protected:
  enum class IoState { done, wants_read, wants_write, ended, failed };
  struct IoResult {
    IoState state;
    std::size_t bytes = 0;
  };

  virtual IoResult try_read(std::span<char> into) = 0;
  /// Bytes that have left the socket and wait in memory: no readiness will announce them.
  virtual bool holds_bytes() const { return false; }
  Task<error_code> wait(IoState wanted);
  Task<error_code> flush(std::string_view bytes);

 private:
  Socket socket_;
  async::SocketDeadline read_deadline_;
  async::SocketDeadline write_deadline_;
  unsigned reads_without_wait_ = 0;
};

}  // namespace bearward::transport
