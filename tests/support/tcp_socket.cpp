#include "support/tcp_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace bearward::testing {

TcpSocket TcpSocket::connect(std::uint16_t port, int receive_buffer_bytes) {
  TcpSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (receive_buffer_bytes != 0) {  // before connecting: the window's scale is told in the handshake
    ::setsockopt(socket.descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to port " + std::to_string(port) + ": " + std::strerror(errno));
  }
  const int on = 1;
  ::setsockopt(socket.descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

TcpSocket& TcpSocket::operator=(TcpSocket&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.release();
  }
  return *this;
}

bool TcpSocket::wait(Direction direction, std::chrono::milliseconds limit) const {
  pollfd polled{descriptor_, static_cast<short>(direction == Direction::in ? POLLIN : POLLOUT), 0};
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int ready = ::poll(&polled, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

std::size_t TcpSocket::send_some(std::string_view bytes, std::chrono::milliseconds limit) {
  while (true) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EINTR) continue;
    if (errno != EAGAIN || !wait(Direction::out, limit)) return 0;
  }
}

bool TcpSocket::send(std::string_view bytes, std::chrono::milliseconds limit) {
  while (!bytes.empty()) {
    const std::size_t sent = send_some(bytes, limit);
    if (sent == 0) return false;
    bytes.remove_prefix(sent);
  }
  return true;
}

std::size_t TcpSocket::send_until_stalled(std::string_view piece, std::size_t total, std::chrono::milliseconds limit) {
  std::size_t sent = 0;
  while (sent < total) {
    const std::size_t step = send_some(piece.substr(sent % piece.size()).substr(0, total - sent), limit);
    if (step == 0) break;
    sent += step;
  }
  return sent;
}

Received TcpSocket::receive(std::chrono::milliseconds limit) {
  std::array<char, 64 * 1024> buffer;
  if (!wait(Direction::in, limit)) return {};
  const ssize_t received = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (received > 0) return {std::string(buffer.data(), static_cast<std::size_t>(received)), Ending::open};
  return {"", received == 0 ? Ending::ended : Ending::reset};
}

void TcpSocket::end_writing() { ::shutdown(descriptor_, SHUT_WR); }

void TcpSocket::reset() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void TcpSocket::close() {
  if (descriptor_ >= 0) ::close(release());
}

int TcpSocket::release() { return std::exchange(descriptor_, -1); }

}  // namespace bearward::testing
