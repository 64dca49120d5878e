#pragma once

#include <chrono>
#include <string_view>

#include "async/event.h"
#include "transport/stream.h"

namespace bearward::transport {

/// Writes interim responses (RFC 9110 §15.2) to a client one at a time, and none into the final one: the 103 of an
/// upstream and our own 100 Continue come from two coroutines, and a client whose buffer is full holds either up in
/// the middle of a line. One thread.
class InterimWriter {
 public:
  explicit InterimWriter(Stream& stream) : stream_(stream) {}

  /// Waits for the one before; an error when this one, or that, could not be written whole.
  Task<error_code> write(std::string_view bytes, std::chrono::milliseconds idle_timeout) {
    const bool whole = co_await idle();
    if (!whole) co_return error_code{asio::error::connection_aborted};
    const Writing writing(*this);
    stream_.write_deadline().arm(idle_timeout);
    const error_code error = co_await stream_.write(bytes);
    stream_.write_deadline().disarm();
    cut_short_ = static_cast<bool>(error);
    co_return error;
  }

  /// Waits until nothing is being written; false when something was cut short: no response may follow then.
  Task<bool> idle() {
    if (writing_) {
      ended_.reset();
      co_await ended_.wait();
    }
    co_return !cut_short_;
  }

 private:
  /// Whatever ends the write: one that was cancelled may have sent half of it.
  class Writing {
   public:
    explicit Writing(InterimWriter& writer) : writer_(writer) { writer_.writing_ = writer_.cut_short_ = true; }
    ~Writing() {
      writer_.writing_ = false;
      writer_.ended_.set();
    }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;

   private:
    InterimWriter& writer_;
  };

  Stream& stream_;
  async::Event ended_;
  bool writing_ = false;
  bool cut_short_ = false;
};

}  // namespace bearward::transport
