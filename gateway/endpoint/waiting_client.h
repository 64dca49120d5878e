#pragma once

#include "base/time.h"
#include "http/message.h"

namespace bearward::endpoint {

/// The client of a login that waits for a thread to hash on. Looked at when its turn comes: for one that has
/// given up meanwhile no hash is computed, so that they who still wait are not kept longer.
class WaitingClient {
 public:
  WaitingClient(const http::Connection& connection, SteadyTime since) : socket_(connection.socket), since_(since) {}

  /// Has the peer ended its side or vanished, after a wait of a second or more? Not sooner: a client that ends
  /// its side right after the request, as a shell script does, waits for the answer all the same. From any
  /// thread; if the connection was cut, and another has its descriptor by now, the hash is computed in vain.
  bool has_given_up(SteadyTime now) const;

 private:
  int socket_;
  SteadyTime since_;
};

}  // namespace bearward::endpoint
