#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bearward::testing {

/// How long a test waits for what ought to come at once: enough for a sanitized build on a busy machine.
inline constexpr std::chrono::milliseconds patience{20'000};

/// How the other end of a connection left it.
enum class Ending { open, ended, reset };

struct Received {
  std::string bytes;  // empty: see `ending`; still `open` means that nothing came in time
  Ending ending = Ending::open;
};

/// A blocking TCP connection of a test. Every wait has a limit.
class TcpSocket {
 public:
  /// To 127.0.0.1. `receive_buffer_bytes` other than 0 makes the kernel hold no more for us. Throws when
  /// nobody listens there.
  static TcpSocket connect(std::uint16_t port, int receive_buffer_bytes = 0);
  explicit TcpSocket(int descriptor) : descriptor_(descriptor) {}
  TcpSocket(TcpSocket&& other) noexcept : descriptor_(other.release()) {}
  TcpSocket& operator=(TcpSocket&& other) noexcept;
  ~TcpSocket() { close(); }

  /// False when the peer has gone or takes nothing for `limit`.
  bool send(std::string_view bytes, std::chrono::milliseconds limit = patience);
  /// Sends copies of `piece`, `total` bytes at most, until the peer takes nothing for `limit`; returns how
  /// many bytes the kernel took.
  std::size_t send_until_stalled(std::string_view piece, std::size_t total, std::chrono::milliseconds limit);
  Received receive(std::chrono::milliseconds limit = patience);
  /// Our side is done: FIN.
  void end_writing();
  /// RST.
  void reset();
  void close();

  int descriptor() const { return descriptor_; }
  int release();

 private:
  enum class Direction { in, out };
  bool wait(Direction direction, std::chrono::milliseconds limit) const;
  std::size_t send_some(std::string_view bytes, std::chrono::milliseconds limit);

  int descriptor_;
};

}  // namespace bearward::testing
