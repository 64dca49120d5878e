#include "app/inherited_sockets.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace bearward::app {
namespace {

using Endpoint = boost::asio::ip::tcp::endpoint;

/// As many as a configuration could ask for; more is a mistake of whoever set the variable.
constexpr int most_sockets = 65'536;

int number(const char* name, std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc{} && end == text.data() + text.size() && value >= 0 && value <= most_sockets;
  if (!good) throw std::runtime_error(std::string(name) + " is no number of sockets");
  return value;
}

std::string taken_off_environment(const char* name) {
  const char* const value = std::getenv(name);
  std::string taken = value == nullptr ? "" : value;
  ::unsetenv(name);
  return taken;
}

int socket_option(int descriptor, int name) {
  int value = 0;
  socklen_t length = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : -1;
}

/// Where it listens; nullopt: it is something else.
std::optional<Endpoint> where_it_listens(int descriptor) {
  if (socket_option(descriptor, SO_ACCEPTCONN) != 1 || socket_option(descriptor, SO_TYPE) != SOCK_STREAM) return {};
  Endpoint endpoint;
  auto length = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(descriptor, endpoint.data(), &length) != 0) return {};
  const int family = endpoint.data()->sa_family;
  if (family != AF_INET && family != AF_INET6) return {};
  endpoint.resize(length);
  return endpoint;
}

}  // namespace

InheritedSockets::InheritedSockets(InheritedSockets&& other) noexcept
    : sockets_(std::exchange(other.sockets_, {})),
      kept_by_systemd_(other.kept_by_systemd_),
      from_predecessor_(other.from_predecessor_),
      ready_pipe_(std::exchange(other.ready_pipe_, -1)) {}

/// The pipe stays: its end is that of the process, which is how the other one learns that this one failed.
InheritedSockets::~InheritedSockets() {
  for (const Inherited& each : sockets_) ::close(each.descriptor);
}

InheritedSockets InheritedSockets::from_environment() {
  InheritedSockets inherited;
  std::string given = taken_off_environment(variable);
  const std::string listen_pid = taken_off_environment("LISTEN_PID");
  const std::string listen_fds = taken_off_environment("LISTEN_FDS");
  taken_off_environment("LISTEN_FDNAMES");
  if (!given.empty()) {
    inherited.from_predecessor_ = true;
    inherited.kept_by_systemd_ = given.ends_with(kept_word);
    if (inherited.kept_by_systemd_) given.resize(given.size() - kept_word.size());
    const int count = number(variable, given);
    inherited.accept_from(count);
    inherited.ready_pipe_ = first_descriptor + count;
    ::fcntl(inherited.ready_pipe_, F_SETFD, FD_CLOEXEC);
  } else if (listen_pid == std::to_string(::getpid())) {  // else they are meant for another process
    inherited.kept_by_systemd_ = true;
    inherited.accept_from(number("LISTEN_FDS", listen_fds));
  }
  return inherited;
}

void InheritedSockets::accept_from(int count) {
  for (int descriptor = first_descriptor; descriptor < first_descriptor + count; ++descriptor) {
    const auto endpoint = where_it_listens(descriptor);
    if (!endpoint) throw std::runtime_error("descriptor " + std::to_string(descriptor) + " is no listening TCP socket");
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
    sockets_.push_back({descriptor, *endpoint});
  }
}

void InheritedSockets::close_unused() {
  if (!sockets_.empty() && !from_predecessor_) {
    const Endpoint& unused = sockets_.front().endpoint;
    throw std::runtime_error("systemd passed a socket on " + unused.address().to_string() + " port " +
                             std::to_string(unused.port()) +
                             ", which is the address of no listener; change the socket unit or the configuration");
  }
  for (const Inherited& each : std::exchange(sockets_, {})) ::close(each.descriptor);
}

std::vector<int> InheritedSockets::take(const config::Address& address) {
  const Endpoint wanted(boost::asio::ip::make_address(address.host), address.port);
  std::vector<int> taken;
  std::erase_if(sockets_, [&](const Inherited& each) {
    if (each.endpoint != wanted) return false;
    taken.push_back(each.descriptor);
    return true;
  });
  return taken;
}

void InheritedSockets::say_ready() {
  if (ready_pipe_ < 0) return;
  // Where the other process has gone meanwhile nobody needs to know.
  [[maybe_unused]] const ssize_t written = ::write(ready_pipe_, ready.data(), ready.size());
  ::close(std::exchange(ready_pipe_, -1));
}

}  // namespace bearward::app
