#include "endpoint/waiting_client.h"

#include <poll.h>

namespace bearward::endpoint {
namespace {

constexpr std::chrono::seconds patience{1};

}  // namespace

bool WaitingClient::has_given_up(SteadyTime now) const {
  if (socket_ < 0 || now - since_ < patience) return false;
  // RDHUP, not a read of nothing: a client that leaves TLS in order has sent a last record that nobody read.
  pollfd peer{.fd = socket_, .events = POLLRDHUP, .revents = 0};
  return ::poll(&peer, 1, 0) == 1 && (peer.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace bearward::endpoint
