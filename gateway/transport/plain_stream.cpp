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

Task<error_code> PlainStream::write(std::string_view first, std::string_view second, std::string_view third) {
  while (!second.empty() || !third.empty()) {
    // sendmsg, not writev: a peer that has gone must not raise SIGPIPE.
    iovec pieces[3] = {{const_cast<char*>(first.data()), first.size()},
                       {const_cast<char*>(second.data()), second.size()},
                       {const_cast<char*>(third.data()), third.size()}};
    msghdr message{};
    message.msg_iov = pieces;
    message.msg_iovlen = 3;
    const ssize_t result = ::sendmsg(socket().native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (result < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) co_return error_code{errno, boost::system::system_category()};
      const error_code error = co_await wait(IoState::wants_write);
      if (error) co_return error;
      continue;
    }
    auto sent = static_cast<std::size_t>(result);
    for (std::string_view* const each : {&first, &second, &third}) {
      const std::size_t of_this = std::min(each->size(), sent);
      each->remove_prefix(of_this);
      sent -= of_this;
    }
  }
  if (first.empty()) co_return error_code{};
  co_return co_await flush(first);
}

Task<> PlainStream::end_writing() {
  error_code ignored;
  socket().shutdown(Socket::shutdown_send, ignored);
  co_return;
}

}  // namespace bearward::transport
