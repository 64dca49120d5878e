#include "transport/read_proxy_header.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <span>

namespace bearward::transport {
namespace {

/// Bytes that wait at the socket; 0 when there are none yet, -1 when none will come.
ssize_t receive(Socket& socket, std::span<char> into, int flags) {
  while (true) {
    const ssize_t received = ::recv(socket.native_handle(), into.data(), into.size(), flags | MSG_DONTWAIT);
    if (received > 0) return received;
    if (received < 0 && errno == EINTR) continue;
    return received < 0 && errno == EAGAIN ? 0 : -1;
  }
}

}  // namespace

Task<Result<ProxyHeader, BadProxyHeader>> read_proxy_header(Socket& socket, const async::SocketDeadline& deadline) {
  std::array<char, ProxyHeader::most_bytes> buffer;
  std::size_t taken = 0;
  while (true) {
    // Looked at first, then taken as far as it belongs to the header: all of it while that is incomplete.
    const std::span<char> room = std::span(buffer).subspan(taken);
    const ssize_t seen = receive(socket, room, MSG_PEEK);
    if (seen < 0) co_return std::unexpected(BadProxyHeader{"the connection ended"});
    if (seen > 0) {
      const std::size_t known = taken + static_cast<std::size_t>(seen);
      const auto parsed = parse_proxy_header({buffer.data(), known});
      if (!parsed) co_return std::unexpected(parsed.error());
      const std::size_t end = *parsed ? (*parsed)->bytes : known;
      if (receive(socket, room.first(end - taken), 0) != static_cast<ssize_t>(end - taken)) {
        co_return std::unexpected(BadProxyHeader{"the connection ended"});
      }
      if (*parsed) co_return **parsed;
      taken = end;
    }
    if (deadline.expired()) co_return std::unexpected(BadProxyHeader{"it did not come in time"});
    const auto [error] = co_await socket.async_wait(Socket::wait_read, use_task);
    if (deadline.expired()) co_return std::unexpected(BadProxyHeader{"it did not come in time"});
    if (error) co_return std::unexpected(BadProxyHeader{"the connection ended"});
  }
}

}  // namespace bearward::transport
