#include "support/free_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <stdexcept>

namespace bearward::testing {
namespace {

/// Below the ports that the kernel gives to connections (ip_local_port_range): none of those takes one meanwhile.
constexpr unsigned first_port = 10'240;
constexpr unsigned port_count = 32'768 - first_port;

bool is_free(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool bound = ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(descriptor);
  return bound;
}

}  // namespace

std::uint16_t free_port() {
  static std::atomic<unsigned> next = std::random_device{}();
  for (unsigned tries = 0; tries < port_count; ++tries) {
    const auto port = static_cast<std::uint16_t>(first_port + next++ % port_count);
    if (is_free(port)) return port;
  }
  throw std::runtime_error("no free port");
}

}  // namespace bearward::testing
