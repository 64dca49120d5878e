#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.h"

namespace bearward::telemetry {

/// What the access log says of one exchange. Never a token, a query, a field value or a claim.
struct AccessRecord {
  std::string_view client_ip;
  std::string_view method;
  std::string_view host;
  std::string_view path;
  int status = 0;
  std::uint64_t content_bytes = 0;
  std::optional<std::uint64_t> tunnelled_bytes{};  // of a tunnel: what came from the client
  bool complete = true;                            // false: the response was cut short
  std::chrono::microseconds duration{};
  std::string_view route;      // empty: none matched
  std::string_view user;       // empty: anonymous
  std::string_view roles;      // of the user, comma-joined; what a candidate policy is asked about (rehearsal/replay)
  std::string_view scopes;     // of the token, comma-joined
  std::string_view client_id;  // of the token
  std::string_view issuer;     // of the token
  std::string_view upstream;
  std::string_view reason;      // why it was denied or failed; empty otherwise
  std::string_view shadow{};    // what a route in mode shadow would have refused for; empty otherwise
  std::string_view request_id;  // empty when none was made
};

/// A line an exchange, written by a thread of its own. Workers append to buffers of theirs and hand
/// them over; when the writer cannot keep up, lines are dropped and counted, and no request waits.
class AccessLog {
 public:
  /// `destination`: stdout, stderr, or a path that is appended to.
  static Result<std::unique_ptr<AccessLog>> open(const std::string& destination, bool json);
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  bool json() const { return json_; }
  /// Takes `lines` if there is room; otherwise drops them. Thread-safe.
  void hand_over(std::string& lines, std::uint64_t count);
  std::uint64_t dropped() const { return dropped_; }

 private:
  AccessLog(int descriptor, bool owned, bool json);
  void work();

  static constexpr std::size_t most_queued_bytes = 16 * 1024 * 1024;

  int descriptor_;
  bool owned_;
  bool json_;
  std::atomic<std::uint64_t> dropped_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string queued_;
  bool stopping_ = false;
  std::thread thread_;
};

/// A worker's end of the access log. One thread.
class AccessLogBuffer {
 public:
  explicit AccessLogBuffer(AccessLog* log) : log_(log) {}
  ~AccessLogBuffer() { flush(); }
  AccessLogBuffer(const AccessLogBuffer&) = delete;
  AccessLogBuffer& operator=(const AccessLogBuffer&) = delete;

  bool enabled() const { return log_ != nullptr; }
  void append(const AccessRecord& record);
  /// Called at every tick of the worker's timer.
  void flush();

 private:
  static constexpr std::size_t handed_over_at_bytes = 32 * 1024;

  AccessLog* log_;
  std::string lines_;
  std::uint64_t count_ = 0;
};

}  // namespace bearward::telemetry
