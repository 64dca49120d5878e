#include "transport/plain_stream.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

namespace bearward::transport {

Stream::IoResult PlainStream::try_read(std::span<char> into) {
  while (true) {
    const ssize_t received = ::recv(socket().native_handle(), into.data(), into.size(), MSG_DONTWAIT);
    if (received > 0) return {IoState::done, static_cast<std::size_t>(received)};
    if (received == 0) return {IoState::ended};
    if (errno == EINTR) continue;
    return {errno == EAGAIN ? IoState::wants_read : IoState::failed};
  }
}

Task<error_code> PlainStream::write(std::string_view first, std::string_view second) {
  while (!first.empty() && !second.empty()) {
    // sendmsg, not writev: a peer that has gone must not raise SIGPIPE.
    iovec pieces[2] = {{const_cast<char*>(first.data()), first.size()},
                       {const_cast<char*>(second.data()), second.size()}};
    msghdr message{};
    message.msg_iov = pieces;
    message.msg_iovlen = 2;
    const ssize_t sent = ::sendmsg(socket().native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) co_return error_code{errno, boost::system::system_category()};
      const error_code error = co_await wait(IoState::wants_write);
      if (error) co_return error;
      continue;
    }
    const std::size_t of_first = std::min(first.size(), static_cast<std::size_t>(sent));
    first.remove_prefix(of_first);
    second.remove_prefix(static_cast<std::size_t>(sent) - of_first);
  }
  const std::string_view rest = first.empty() ? second : first;
  if (rest.empty()) co_return error_code{};
  co_return co_await flush(rest);
}

Task<> PlainStream::end_writing() {
  error_code ignored;
  socket().shutdown(Socket::shutdown_send, ignored);
  co_return;
}

}  // namespace bearward::transport
