#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "async/task.h"
#include "base/result.h"
#include "base/time.h"

namespace bearward::http {

/// One end of a tunnel: bytes both ways and no messages any more, whatever version of HTTP it began in. One
/// reader and one writer at a time.
class TunnelEnd {
 public:
  virtual ~TunnelEnd() = default;

  /// Whoever waits here from now on does so for `idle` at most and never beyond `latest`: then `timed_out`.
  virtual void arm(std::chrono::milliseconds idle, SteadyTime latest) = 0;

  /// Waits for something to read without holding memory for it.
  virtual Task<error_code> wait_readable() = 0;
  /// What has arrived, without waiting: nullopt when that is nothing, 0 at the orderly end of the peer's bytes.
  virtual Result<std::optional<std::size_t>> read(std::span<char> into) = 0;
  virtual Task<error_code> write(std::string_view bytes) = 0;
  /// Tells the peer that no more bytes come; what it still sends can be read.
  virtual Task<> end_writing() = 0;

  /// Whoever waits here stops: with an error.
  virtual void cancel() = 0;
  /// Resets the connection: the peer does not take what it has for the whole.
  virtual void cut() = 0;
};

/// The upstream's side of an exchange that it has answered with 101 Switching Protocols. The connection to it is
/// open until this goes.
class Tunnel {
 public:
  struct Limits {
    std::chrono::milliseconds idle;         // without a byte in either direction
    std::chrono::milliseconds half_closed;  // the same, once one side has ended
    SteadyTime latest = SteadyTime::max();  // cut then, whatever flows
    std::string_view latest_reason{};       // why; of static lifetime
  };

  explicit Tunnel(const Limits& limits) : limits_(limits) {}
  virtual ~Tunnel() = default;
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  virtual TunnelEnd& upstream() = 0;
  /// What both sides have agreed upon; a view into the response's head, good until that has been sent.
  virtual std::string_view protocol() const = 0;
  const Limits& limits() const { return limits_; }

  /// Ends it, whoever carries its bytes. `why` is of static lifetime. Only stops what runs.
  void end(std::string_view why) {
    ended_by_ = why;
    if (carrier_ != nullptr) carrier_->tunnel_ended();
  }
  /// Empty while it has not been ended so.
  std::string_view ended_by() const { return ended_by_; }

  /// Carries its bytes and is told when it is to stop.
  class Carrier {
   public:
    virtual void tunnel_ended() = 0;

   protected:
    ~Carrier() = default;
  };
  /// Null: none any more.
  void set_carrier(Carrier* carrier) { carrier_ = carrier; }

 private:
  Limits limits_;
  Carrier* carrier_ = nullptr;
  std::string_view ended_by_;
};

}  // namespace bearward::http
