#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace bearward::app {

/// Tells systemd how the service fares, as sd_notify(3) says: a datagram to the socket that NOTIFY_SOCKET names.
/// Without one nothing is sent, and what cannot be sent is nobody's loss. Never blocks.
class SystemdNotify {
 public:
  /// What the environment asks for: NOTIFY_SOCKET, and WATCHDOG_USEC where WATCHDOG_PID does not name another process.
  static SystemdNotify from_environment();
  SystemdNotify(std::string socket, std::optional<std::chrono::microseconds> watchdog)
      : socket_(std::move(socket)), watchdog_(watchdog) {}

  void ready(std::string_view status);
  void reloading();
  void stopping();
  /// The service's main process is another from now on; this one says nothing any more.
  void handed_over_to(pid_t successor);

  /// Is another sign of life due? Asked at every tick of the clock; systemd restarts a service that gives none for
  /// WatchdogSec=.
  bool sign_of_life_due(SteadyTime now);
  void alive() { send("WATCHDOG=1"); }

 private:
  void send(std::string_view message) const;

  std::string socket_;  // empty: nobody listens
  std::optional<std::chrono::microseconds> watchdog_;
  SteadyTime next_sign_{};
};

}  // namespace bearward::app
