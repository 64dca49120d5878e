#include "transport/stream_end.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace bearward::transport {
namespace {

/// A tunnel may idle for hours: a peer that has vanished without a word is found out by the kernel within two
/// minutes, long before the idle timeout.
void probe_when_idle(Socket& socket) {
  const int descriptor = socket.native_handle();
  const auto set = [&](int level, int option, int value) {
    ::setsockopt(descriptor, level, option, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set(IPPROTO_TCP, TCP_KEEPCNT, 4);
}

}  // namespace

StreamEnd::StreamEnd(Stream& stream, InputBuffer& input) : stream_(stream), input_(input) {
  probe_when_idle(stream_.socket());
}

Task<error_code> StreamEnd::wait_readable() {
  if (!input_.empty()) co_return error_code{};
  if (all_read_) co_return co_await stream_.wait_for_more();
  co_return co_await stream_.wait_readable();
}

Result<std::optional<std::size_t>> StreamEnd::read(std::span<char> into) {
  if (!input_.empty()) {
    const std::size_t size = std::min(into.size(), input_.unread().size());
    std::memcpy(into.data(), input_.unread().data(), size);
    input_.consume(size);
    if (input_.empty()) input_.clear();
    return size;
  }
  auto received = stream_.read_arrived(into);
  all_read_ = received && !*received;
  return received;
}

void StreamEnd::cancel() {
  // A coroutine that is about to run, and to wait again, has nothing to cancel yet: the deadline ends that wait.
  stream_.read_deadline().arm(std::chrono::milliseconds{0});
  error_code ignored;
  stream_.socket().cancel(ignored);
}

void StreamEnd::cut() {
  error_code ignored;
  stream_.socket().set_option(Socket::linger(true, 0), ignored);
  stream_.close();
}

}  // namespace bearward::transport
