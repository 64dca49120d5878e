#include "transport/listener.h"

#include <linux/filter.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>

#include "telemetry/log.h"
#include "transport/plain_stream.h"
#include "transport/read_proxy_header.h"
#include "transport/tls_stream.h"

namespace bearward::transport {
namespace {

using boost::asio::ip::tcp;

constexpr int backlog = 4096;

/// Out of descriptors, or at the cap: the backlog holds the others meanwhile.
constexpr std::chrono::milliseconds pause_limit{20};

/// After `stop`, for a PROXY header.
constexpr std::chrono::milliseconds last_header_limit{1'000};

IpAddress to_ip_address(const boost::asio::ip::address& address) {
  IpAddress result;
  if (address.is_v6()) {
    result.bytes = address.to_v6().to_bytes();
  } else {
    const auto v4 = address.to_v4().to_bytes();
    result.bytes[10] = result.bytes[11] = 0xff;
    std::copy(v4.begin(), v4.end(), result.bytes.begin() + 12);
  }
  return result;
}

/// From here on the kernel passes over who asks for a connection, and goes on with those that it has answered:
/// between a look at an empty queue and the end of the socket nobody is taken who would then be reset.
void take_no_more(int descriptor) {
  constexpr std::uint32_t offset_of_flags = 13;  // in the TCP header
  sock_filter drop_syn[] = {BPF_STMT(BPF_LD | BPF_B | BPF_ABS, offset_of_flags),
                            BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TH_SYN, 0, 1), BPF_STMT(BPF_RET | BPF_K, 0),
                            BPF_STMT(BPF_RET | BPF_K, 0xffff'ffff)};
  const sock_fprog filter{std::size(drop_syn), drop_syn};
  ::setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter,
               sizeof filter);  // without it all is as good as can be
}

}  // namespace

Result<int> bind_listening_socket(const std::string& host, std::uint16_t port) {
  error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error) return std::unexpected(error);
  const tcp::endpoint endpoint(address, port);
  const int descriptor =
      ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
  const int on = 1;
  const bool opened = descriptor >= 0 && ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                      ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 &&
                      ::bind(descriptor, endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0;
  if (opened) return descriptor;
  error = error_code(errno, boost::system::system_category());
  if (descriptor >= 0) ::close(descriptor);
  return std::unexpected(error);
}

Listener::Listener(Executor executor, int descriptor, async::CoarseTimer& timer, BufferPool& buffers,
                   Http1Server& server, ConnectionCap& cap, Handshakes& handshakes)
    : executor_(executor),
      acceptor_(executor),
      pause_timer_(executor),
      timer_(timer),
      buffers_(buffers),
      server_(server),
      cap_(cap),
      handshakes_(handshakes) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length);
  acceptor_.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), descriptor);
}

void Listener::start() {
  ::listen(acceptor_.native_handle(), backlog);
  boost::asio::co_spawn(executor_, accept(), boost::asio::detached);
}

void Listener::stop() {
  take_no_more(acceptor_.native_handle());
  close();
}

void Listener::leave_to_successor() { close(); }

void Listener::close() {
  stopped_ = true;
  accept_queued();
  error_code ignored;
  acceptor_.close(ignored);
  for (async::SocketDeadline* each : awaiting_header_) each->arm(last_header_limit);
  pause_timer_.cancel();
}

/// Whom the kernel has told that it is connected would be reset with the socket.
void Listener::accept_queued() {
  error_code error;
  acceptor_.non_blocking(true, error);
  for (int i = 0; i <= backlog && !cap_.full(); ++i) {
    Socket socket(executor_);
    acceptor_.accept(socket, error);
    if (error) break;
    begin(std::move(socket));
  }
}

/// What is not accepted waits in the kernel's queue, as clients of HAProxy's maxconn and maxsslconn do: no core and
/// no memory of ours is spent on it, and it is served once there is room. Closing it would send clients that did
/// no wrong away, who come back at once.
Task<> Listener::accept() {
  while (!stopped_) {
    if (held_ || (tls_ != nullptr && handshakes_.full())) {
      co_await pause();
      continue;
    }
    if (cap_.full()) {
      co_await make_room();
      continue;
    }
    auto [error, socket] = co_await acceptor_.async_accept(use_task);
    if (!error) {
      cannot_accept_ = false;
      begin(std::move(socket));
      continue;
    }
    if (stopped_) break;
    if (error == boost::asio::error::connection_aborted) continue;
    if (!std::exchange(cannot_accept_, true)) {
      telemetry::log(telemetry::Level::warning, "cannot accept connections: {}", error.message());
    }
    co_await make_room();
  }
}

void Listener::begin(Socket socket) {
  cap_.settle_wish();
  boost::asio::co_spawn(executor_, serve(std::move(socket), cap_.take_place()), boost::asio::detached);
}

Task<> Listener::make_room() {
  pollfd waiting{acceptor_.native_handle(), POLLIN, 0};
  if (::poll(&waiting, 1, 0) > 0) {
    if (server_.close_longest_idle()) {
      co_await boost::asio::post(executor_, use_task);  // it ends, and gives its place back
      co_return;
    }
    cap_.wish_for_idle();
  }
  co_await pause();
}

Task<> Listener::pause() {
  pause_timer_.expires_after(pause_limit);
  co_await pause_timer_.async_wait(use_task);
}

Task<> Listener::serve(Socket socket, ConnectionCap::Place place) {
  error_code error;
  socket.set_option(tcp::no_delay(true), error);
  const auto peer = socket.remote_endpoint(error);
  if (error) co_return;  // gone already
  http::Connection connection;
  connection.peer = to_ip_address(peer.address());
  connection.local_port = socket.local_endpoint(error).port();
  connection.tls = tls_ != nullptr;
  connection.socket = socket.native_handle();
  if (proxy_protocol_) {
    const bool taken = co_await take_proxy_header(socket, connection);
    if (!taken) co_return;
  }
  connection.peer_text = connection.peer.to_string();
  if (!place.take_for(connection.peer)) {
    cap_.count(ConnectionCap::Closed::per_address);
    telemetry::log(telemetry::Level::debug, "connection of {} closed: limits.connections_per_address",
                   connection.peer_text);
    co_return;
  }
  std::unique_ptr<Stream> stream;
  if (tls_) {
    stream = std::make_unique<TlsStream>(std::move(socket), timer_, buffers_, tls_, handshakes_);
  } else {
    stream = std::make_unique<PlainStream>(std::move(socket), timer_);
  }
  co_await server_.serve(std::move(stream), std::move(connection));
}

Task<bool> Listener::take_proxy_header(Socket& socket, http::Connection& connection) {
  const std::vector<IpNetwork>& from = proxy_protocol_->from;
  const bool believed = from.empty() || std::ranges::any_of(from, [&](const IpNetwork& network) {
                          return network.contains(connection.peer);
                        });
  Result<ProxyHeader, BadProxyHeader> header = std::unexpected(BadProxyHeader{"it is not in proxy_protocol_from"});
  if (believed) {
    async::SocketDeadline deadline(timer_, socket);
    deadline.arm(stopped_ ? last_header_limit : server_.limits().header_timeout);
    const auto place = awaiting_header_.insert(awaiting_header_.end(), &deadline);
    header = co_await read_proxy_header(socket, deadline);
    awaiting_header_.erase(place);
  }
  if (!header) {
    cap_.count(ConnectionCap::Closed::proxy_protocol);
    telemetry::log(telemetry::Level::debug, "connection of {} closed, PROXY protocol: {}", connection.peer.to_string(),
                   header.error().reason);
    co_return false;
  }
  if (header->endpoints) {
    connection.peer = header->endpoints->source;
    connection.local_port = header->endpoints->destination_port;
  }
  co_return true;
}

}  // namespace bearward::transport
