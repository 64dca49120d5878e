#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/http_client.h"

namespace bearward::testing {

/// Clients that send one request after another until they are told to stop: some on connections that they keep, some
/// on a new one each time. They do as HTTP says: a connection whose answer says `close` is not used again. Everything
/// else than a whole 200 is a failure, a connection that is refused too.
class Load {
 public:
  struct Clients {
    int keeping = 4;       // threads
    int kept_by_each = 8;  // connections, used in turn
    int connecting = 2;    // threads with a new connection for each request
  };

  /// `tls_port` 0: all in clear text; otherwise every second thread speaks TLS.
  Load(std::uint16_t port, std::uint16_t tls_port, std::string request, Clients clients);
  ~Load() { stop(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  /// Waits until each client has had `count` more good answers. False when that takes too long.
  bool goes_on(int count = 3) const;
  /// From now on a refused connection ends its client instead: nobody is to listen any more.
  void expect_refusal() { refusal_expected_ = true; }
  /// Waits until every client was refused.
  bool wait_for_refusal() const;
  void stop();

  std::uint64_t good() const;
  /// A sentence each, the first few.
  std::vector<std::string> failures() const;

 private:
  struct Client {
    std::uint16_t port = 0;
    bool tls = false;
    int connections = 0;  // kept; 0: a new one each time
    std::atomic<std::uint64_t> good{0};
    std::atomic<bool> refused{false};
    std::thread thread;
  };

  void run(Client& client);
  struct Connection {
    std::unique_ptr<HttpClient> http;  // null: to be made
    std::chrono::steady_clock::time_point used;
  };
  /// False when the client is to end.
  bool exchange(Client& client, Connection& connection);
  void fail(const std::string& what);

  std::string request_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::atomic<bool> over_{false};
  std::atomic<bool> refusal_expected_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> failures_;
};

}  // namespace bearward::testing
