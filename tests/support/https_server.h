#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/certificates.h"
#include "support/tcp_socket.h"

struct ssl_st;
struct ssl_ctx_st;

namespace bearward::testing {

/// One request to an HttpsServer, in the hands of a behaviour.
class HttpsExchange {
 public:
  HttpsExchange(ssl_st* tls, TcpSocket& socket, std::string head)
      : tls_(tls), socket_(socket), head_(std::move(head)) {}

  const std::string& head() const { return head_; }
  /// False when the other side has gone.
  bool send(std::string_view bytes);
  /// A whole answer: 200 with a JSON type, unless said otherwise.
  void answer(std::string_view content, std::string_view fields = "", std::string_view status_line = "200 OK");
  /// Until the other side ends the connection.
  void wait_for_end() { socket_.receive(std::chrono::hours(1)); }

 private:
  ssl_st* tls_;
  TcpSocket& socket_;
  std::string head_;
};

/// A server of somebody else's, over TLS on 127.0.0.1: one request a connection, a thread a connection.
class HttpsServer {
 public:
  using Behaviour = std::function<void(HttpsExchange&)>;

  /// `port` 0: a free one.
  explicit HttpsServer(const Certificate& certificate, std::uint16_t port = 0);
  ~HttpsServer();
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  std::uint16_t port() const { return port_; }
  void behave(Behaviour behaviour);
  /// From now on every request is answered with this.
  void answer(std::string content, std::string fields = "");

  /// The heads of all requests.
  std::vector<std::string> requests() const;
  bool wait_for_requests(std::size_t count, std::chrono::milliseconds limit = patience) const;

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };
  struct Connection {
    TcpSocket socket;
    std::thread thread;
  };
  void accept_connections();
  void serve(TcpSocket& socket);
  Behaviour record(const std::string& head);

  std::unique_ptr<ssl_ctx_st, FreeContext> context_;
  std::uint16_t port_ = 0;
  TcpSocket listener_;
  std::thread acceptor_;

  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  std::list<Connection> connections_;
  std::vector<std::string> requests_;
  Behaviour behaviour_;
};

}  // namespace bearward::testing
