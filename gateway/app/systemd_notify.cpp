#include "app/systemd_notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace bearward::app {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

SystemdNotify SystemdNotify::from_environment() {
  std::optional<std::chrono::microseconds> watchdog;
  const auto microseconds = number(variable("WATCHDOG_USEC"));
  const auto process = number(variable("WATCHDOG_PID"));
  const bool is_meant = !process || *process == static_cast<std::uint64_t>(::getpid());
  if (microseconds && *microseconds > 0 && is_meant) watchdog = std::chrono::microseconds(*microseconds);
  return {std::string(variable("NOTIFY_SOCKET")), watchdog};
}

void SystemdNotify::ready(std::string_view status) { send("READY=1\nSTATUS=" + std::string(status)); }

void SystemdNotify::reloading() {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(steady_now().time_since_epoch());
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()) + "\nSTATUS=reloading");
}

void SystemdNotify::stopping() { send("STOPPING=1\nSTATUS=draining"); }

void SystemdNotify::handed_over_to(pid_t successor) {
  send("MAINPID=" + std::to_string(successor));
  socket_.clear();
}

bool SystemdNotify::sign_of_life_due(SteadyTime now) {
  if (!watchdog_ || socket_.empty() || now < next_sign_) return false;
  next_sign_ = now + std::chrono::duration_cast<SteadyTime::duration>(*watchdog_ / 3);
  return true;
}

void SystemdNotify::send(std::string_view message) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // of the abstract namespace
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  ::sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
           reinterpret_cast<const sockaddr*>(&address), size);
  ::close(descriptor);
}

}  // namespace bearward::app
