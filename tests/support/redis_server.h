#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/child_process.h"
#include "support/temporary_directory.h"

namespace bearward::testing {

/// A real redis-server on a free port of 127.0.0.1, with a folder of its own. Runs from the start.
class RedisServer {
 public:
  /// `settings` go to redis-server as they are, such as {"--requirepass", "x"}. Without any the server
  /// keeps nothing on disk: after `stop` and `start` it is empty.
  explicit RedisServer(std::vector<std::string> settings = {});
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_) + "/0"; }

  /// On the same port as ever; returns when it answers.
  void start();
  /// Killed, as in a crash.
  void stop();
  /// It takes connections (its kernel does) and answers nothing.
  void freeze();
  void thaw();

  /// Runs a command as redis-cli would; the answer as text, "" for nil, integers in decimal, lists
  /// with a line an element. Throws when the server does not answer.
  std::string command(const std::vector<std::string>& arguments, const std::string& password = "") const;

 private:
  bool answers() const;

  std::uint16_t port_;
  std::vector<std::string> settings_;
  TemporaryDirectory folder_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace bearward::testing
