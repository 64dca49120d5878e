#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/coarse_timer.h"
#include "base/ip_network.h"
#include "crypto/tls_context.h"
#include "transport/buffer_pool.h"
#include "transport/connection_cap.h"
#include "transport/handshakes.h"
#include "transport/http1_server.h"

namespace bearward::transport {

/// Every connection of a listener starts with a PROXY header, which tells the peer's address.
struct ProxyProtocol {
  std::vector<IpNetwork> from;  // whose headers are believed, others are closed; empty: anybody's
};

/// Binds a socket to an address that other workers may bind too (SO_REUSEPORT): the kernel deals the connections out.
/// It listens once a Listener starts with it. `host` is an IP address. The result is the descriptor.
Result<int> bind_listening_socket(const std::string& host, std::uint16_t port);

/// One worker's share of one listener: accepts, and hands each connection to the server.
class Listener {
 public:
  /// Takes over `descriptor`, which may listen already. `server` is told of every connection; all references outlive
  /// this.
  Listener(Executor executor, int descriptor, async::CoarseTimer& timer, BufferPool& buffers, Http1Server& server,
           ConnectionCap& cap, Handshakes& handshakes);

  /// The certificate of connections to come; null: clear text. `proxy_protocol`: whether they start with a header.
  void use(std::shared_ptr<const crypto::TlsContext> tls, std::optional<ProxyProtocol> proxy_protocol = {}) {
    tls_ = std::move(tls);
    proxy_protocol_ = std::move(proxy_protocol);
  }
  /// While `held` nothing is accepted: the kernel's backlog keeps who comes.
  void hold(bool held) { held_ = held; }
  void start();
  /// No more connections: those that the kernel has taken already are served, then the socket is closed. Whoever has
  /// not sent his PROXY header gets a second for it.
  void stop();
  /// The same where another process has the socket too and goes on with it.
  void leave_to_successor();
  /// Connections that the server has not been told of yet: their PROXY header has not come.
  std::size_t awaiting_header() const { return awaiting_header_.size(); }

 private:
  Task<> accept();
  void accept_queued();
  void close();
  void begin(Socket socket);
  /// At the cap, or out of descriptors: has the connection that has idled for longest closed, for one that waits.
  Task<> make_room();
  Task<> pause();
  Task<> serve(Socket socket, ConnectionCap::Place place);
  /// Sets the addresses of `connection` by what `socket` begins with. False: the connection ends.
  Task<bool> take_proxy_header(Socket& socket, http::Connection& connection);

  Executor executor_;
  Acceptor acceptor_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      pause_timer_;
  async::CoarseTimer& timer_;
  BufferPool& buffers_;
  Http1Server& server_;
  ConnectionCap& cap_;
  Handshakes& handshakes_;
  std::shared_ptr<const crypto::TlsContext> tls_;
  std::optional<ProxyProtocol> proxy_protocol_;
  std::list<async::SocketDeadline*> awaiting_header_;
  bool stopped_ = false;
  bool held_ = false;
  bool cannot_accept_ = false;  // and the log has been told
};

}  // namespace bearward::transport
