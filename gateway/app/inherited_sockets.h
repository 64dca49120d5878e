#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string_view>
#include <vector>

#include "config/listeners.h"

namespace bearward::app {

/// Sockets that listen already when the process starts: of the process that it replaces (app/hand_over). They are
/// found by their address, whatever became of the configuration meanwhile. What nobody takes is closed at the end.
class InheritedSockets {
 public:
  InheritedSockets() = default;
  InheritedSockets(InheritedSockets&& other) noexcept;
  InheritedSockets& operator=(InheritedSockets&&) = delete;
  ~InheritedSockets() { close_all(); }

  /// What the environment names, which then names it no more: for children it would be wrong. Call it before there
  /// are threads. Throws std::runtime_error where a descriptor is no TCP socket that listens.
  static InheritedSockets from_environment();

  /// All that listen on `address`; the caller's from now on.
  std::vector<int> take(const config::Address& address);

  /// What nobody took.
  void close_all();

  /// Tells the process that is replaced, if there is one, that this one serves.
  void say_ready();

  /// How app/hand_over passes them: so many sockets from descriptor 3 on, then the end of a pipe for `ready`.
  static constexpr const char* variable = "BEARWARD_INHERITED_SOCKETS";
  static constexpr int first_descriptor = 3;
  static constexpr std::string_view ready = "ready";

 private:
  struct Inherited {
    int descriptor;
    boost::asio::ip::tcp::endpoint endpoint;
  };

  std::vector<Inherited> sockets_;
  int ready_pipe_ = -1;
};

}  // namespace bearward::app
