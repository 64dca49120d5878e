#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "async/task.h"
#include "http/handler.h"
#include "transport/buffer_pool.h"
#include "transport/data_rate.h"
#include "transport/stream.h"

namespace bearward::transport {

/// The limits of a client's connection; a worker changes them at a reload, the next exchange sees them.
struct Http1Limits {
  std::uint64_t request_header_bytes;
  std::uint64_t request_body_bytes;
  std::chrono::milliseconds header_timeout;
  std::chrono::milliseconds idle_timeout;
  std::chrono::milliseconds handshake_timeout{10'000};  // of TLS
  MinDataRate min_data_rate{};
};

class Http1Connection;

/// Serves clients in HTTP/1.0 and 1.1: reads one request at a time, in order, hands it to `handler`,
/// sends the response. One a worker, one thread.
class Http1Server {
 public:
  Http1Server(http::Handler& handler, BufferPool& buffers) : handler_(handler), buffers_(buffers) {}
  Http1Server(const Http1Server&) = delete;
  Http1Server& operator=(const Http1Server&) = delete;

  void set_limits(const Http1Limits& limits) { limits_ = limits; }
  const Http1Limits& limits() const { return limits_; }

  /// Serves `stream` to its end. Never throws.
  Task<> serve(std::unique_ptr<Stream> stream, http::Connection connection);

  /// Tells whoever waits on behalf of a client that has closed its connection. Called every second: a
  /// client that has only ended its side, as HTTP allows, and waits for its answer gets one second at least.
  void watch_clients();

  /// From now on a response is the last of its connection. One that waits for a request gets a second for it if it
  /// was used within the last second, and is closed otherwise.
  void drain();
  /// Cuts whatever still runs: exchanges are reset, idle connections closed; the client of a WebSocket is told, and has
  /// a moment to read that.
  void cut();

  /// Closes the connection that has waited for a request for longest, a second at least: nothing is lost with it.
  /// False when there is none.
  bool close_longest_idle();

  std::uint64_t open_connections() const { return open_connections_; }

 private:
  friend class Http1Connection;

  http::Handler& handler_;
  BufferPool& buffers_;
  Http1Limits limits_{};
  std::uint64_t open_connections_ = 0;
  Http1Connection* first_ = nullptr;         // all that are being served
  Http1Connection* longest_idle_ = nullptr;  // those that wait for a request, in the order in which they began to
  Http1Connection* newest_idle_ = nullptr;
  bool draining_ = false;
};

}  // namespace bearward::transport
