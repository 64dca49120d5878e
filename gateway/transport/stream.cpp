#include "transport/stream.h"

#include <poll.h>
#include <sys/socket.h>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <cerrno>

namespace bearward::transport {
namespace {

/// A peer that always has more, read by one that always takes it, never waits: the thread's other
/// connections get their turn after so many reads all the same.
constexpr unsigned most_reads_without_wait = 8;

}  // namespace

Task<error_code> Stream::wait(IoState wanted) {
  // Passed while nobody waited: it cancelled nothing then and would never end this wait.
  if (read_deadline_.expired() || write_deadline_.expired()) co_return error_code{asio::error::timed_out};
  const auto direction = wanted == IoState::wants_write ? Socket::wait_write : Socket::wait_read;
  reads_without_wait_ = 0;
  auto [error] = co_await socket_.async_wait(direction, use_task);
  if (read_deadline_.expired() || write_deadline_.expired()) co_return error_code{asio::error::timed_out};
  co_return error;
}

Task<error_code> Stream::wait_readable() {
  if (holds_bytes()) co_return error_code{};
  co_return co_await wait(IoState::wants_read);
}

Task<Result<std::size_t>> Stream::read(std::span<char> into) {
  if (++reads_without_wait_ > most_reads_without_wait) {
    reads_without_wait_ = 0;
    co_await asio::post(socket_.get_executor(), use_task);
  }
  while (true) {
    const IoResult result = try_read(into);
    switch (result.state) {
      case IoState::done:
        co_return result.bytes;
      case IoState::ended:
        co_return std::size_t{0};
      case IoState::failed:
        co_return std::unexpected(error_code{asio::error::connection_reset});
      case IoState::wants_read:
      case IoState::wants_write:
        break;
    }
    const error_code error = co_await wait(result.state);
    if (error) co_return std::unexpected(error);
  }
}

Result<std::optional<std::size_t>> Stream::read_arrived(std::span<char> into) {
  const IoResult result = try_read(into);
  switch (result.state) {
    case IoState::done:
      return result.bytes;
    case IoState::ended:
      return std::size_t{0};
    case IoState::failed:
      return std::unexpected(error_code{asio::error::connection_reset});
    case IoState::wants_read:
    case IoState::wants_write:
      break;
  }
  return std::nullopt;
}

Task<error_code> Stream::flush(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) co_return error_code{errno, boost::system::system_category()};
    const error_code error = co_await wait(IoState::wants_write);
    if (error) co_return error;
  }
  co_return error_code{};
}

bool Stream::has_unread_bytes() {
  if (holds_bytes()) return true;
  char byte;
  const ssize_t received = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return received >= 0 || (errno != EAGAIN && errno != EINTR);
}

bool Stream::peer_has_gone() {
  pollfd watched{socket_.native_handle(), POLLRDHUP, 0};
  return ::poll(&watched, 1, 0) > 0 && (watched.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void Stream::close() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace bearward::transport
