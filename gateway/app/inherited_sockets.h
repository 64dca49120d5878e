#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string_view>
#include <vector>

#include "config/listeners.h"

namespace bearward::app {

/// Sockets that listen already when the process starts: of the process that it replaces (app/hand_over), or of
/// systemd's socket activation (sd_listen_fds(3)). They are found by their address, whatever became of the
/// configuration meanwhile.
class InheritedSockets {
 public:
  InheritedSockets() = default;
  InheritedSockets(InheritedSockets&& other) noexcept;
  InheritedSockets& operator=(InheritedSockets&&) = delete;
  ~InheritedSockets();

  /// What the environment names, which then names it no more: for children it would be wrong. Call it before there
  /// are threads. Throws std::runtime_error where a descriptor is no TCP socket that listens.
  static InheritedSockets from_environment();

  /// All that listen on `address`; the caller's from now on.
  std::vector<int> take(const config::Address& address);

  /// What nobody took; throws std::runtime_error where systemd gave it, who would have connections wait in it for ever.
  void close_unused();
  /// Has systemd the sockets too, and keeps them open between two processes?
  bool kept_by_systemd() const { return kept_by_systemd_; }

  /// Tells the process that is replaced, if there is one, that this one serves.
  void say_ready();

  /// How app/hand_over passes them: so many sockets from descriptor 3 on, then the end of a pipe for `ready`. The
  /// number is followed by `kept_word` where systemd has them too.
  static constexpr const char* variable = "BEARWARD_INHERITED_SOCKETS";
  static constexpr std::string_view kept_word = " kept by systemd";
  static constexpr int first_descriptor = 3;
  static constexpr std::string_view ready = "ready";

 private:
  struct Inherited {
    int descriptor;
    boost::asio::ip::tcp::endpoint endpoint;
  };

  void accept_from(int count);

  std::vector<Inherited> sockets_;
  bool kept_by_systemd_ = false;
  bool from_predecessor_ = false;
  int ready_pipe_ = -1;
};

}  // namespace bearward::app
