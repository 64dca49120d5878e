#pragma once

#include <vector>

#include "app/inherited_sockets.h"

namespace bearward::app {

/// The listening sockets of a process: those that it was given, and what it opens beside them. Each has one worker
/// that accepts from it (SO_REUSEPORT), and an inherited one too many has a worker as well: what the kernel deals to a
/// socket that nobody accepts from would wait in vain.
class ListeningSockets {
 public:
  explicit ListeningSockets(InheritedSockets inherited) : inherited_(std::move(inherited)) {}

  /// At least `least` sockets bound to `address`, the caller's from now on; those that are new do not listen yet
  /// (transport::Listener::start). Throws std::runtime_error, also where another process has the port.
  std::vector<int> open(const config::Address& address, unsigned least);

  /// All that were opened, as long as they are open: for a successor.
  const std::vector<int>& all() const { return all_; }

  /// Nobody accepts from inherited sockets that nobody opened: their connections are refused from now on. Throws
  /// where systemd gave one.
  void close_unused() { inherited_.close_unused(); }
  bool kept_by_systemd() const { return inherited_.kept_by_systemd(); }
  void say_ready() { inherited_.say_ready(); }

 private:
  InheritedSockets inherited_;
  std::vector<int> all_;
};

}  // namespace bearward::app
