#include "app/listening_sockets.h"

#include <fcntl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <stdexcept>
#include <string>

#include "transport/listener.h"

namespace bearward::app {
namespace {

using boost::asio::ip::tcp;

[[noreturn]] void cannot_listen(const config::Address& address, const error_code& error) {
  throw std::runtime_error("cannot listen on " + address.host + ":" + std::to_string(address.port) + ": " +
                           error.message());
}

/// SO_REUSEPORT would let a second gateway share a port unseen: the first socket of a listener is tried
/// without it, so that a port in use is an error.
void refuse_port_in_use(const config::Address& address) {
  boost::asio::io_context io;
  const auto ip = boost::asio::ip::make_address(address.host);
  tcp::acceptor probe(io);
  error_code error;
  probe.open(ip.is_v6() ? tcp::v6() : tcp::v4(), error);
  probe.set_option(tcp::acceptor::reuse_address(true), error);
  probe.bind({ip, address.port}, error);
  if (error) cannot_listen(address, error);
}

}  // namespace

std::vector<int> ListeningSockets::open(const config::Address& address, unsigned least) {
  std::vector<int> sockets = inherited_.take(address);
  const bool inherits = !sockets.empty();
  if (!inherits) refuse_port_in_use(address);
  while (sockets.size() < least) {
    const Result<int> opened = transport::bind_listening_socket(address.host, address.port);
    if (!opened && !inherits) cannot_listen(address, opened.error());
    // Another user's, or one without SO_REUSEPORT: two workers accept from the one there is.
    const int descriptor = opened ? *opened : ::fcntl(sockets.front(), F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0) cannot_listen(address, error_code(errno, boost::system::system_category()));
    sockets.push_back(descriptor);
  }
  all_.insert(all_.end(), sockets.begin(), sockets.end());
  return sockets;
}

}  // namespace bearward::app
