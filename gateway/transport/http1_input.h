#pragma once

#include <algorithm>
#include <chrono>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "http/content.h"
#include "transport/buffer_pool.h"
#include "transport/data_rate.h"
#include "transport/http1_chunks.h"
#include "transport/http1_parser.h"
#include "transport/stream.h"

namespace bearward::transport {

/// What has been read of a connection and not been used yet, in one leased block whose tail keeps the
/// head's field views. Nothing in it moves while an exchange runs: heads point into it.
class InputBuffer {
 public:
  static constexpr std::size_t capacity = BufferPool::block_bytes - sizeof(FieldStorage);

  explicit InputBuffer(BufferPool& pool) : pool_(pool) {}

  bool empty() const { return begin_ == end_; }
  std::string_view unread() const { return {block_.data() + begin_, end_ - begin_}; }
  std::span<char> unread_span() { return {block_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes) { begin_ += bytes; }

  /// What has been consumed so far stays where it is until `start_over`; content is read behind it.
  void keep_consumed() { floor_ = begin_; }
  /// Moves unread bytes to the front, for the next message; gives the block back when there are none.
  void start_over();
  /// Forgets unread bytes and gives the block back. No view of a head holds afterwards.
  void clear();
  /// Leases the block if there is none. Call before reading.
  void prepare();

  FieldStorage& fields() { return *reinterpret_cast<FieldStorage*>(block_.data() + capacity); }

  /// Reads once more from `stream`, by its read deadline. 0 bytes: the peer has ended. Unread bytes stay.
  Task<Result<std::size_t>> fill(Stream& stream);

 private:
  BufferPool& pool_;
  BufferPool::Lease block_;
  std::size_t floor_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// Content as it arrives on an HTTP/1 connection, its framing taken off.
class IncomingContent : public http::Content {
 public:
  struct Limits {
    std::chrono::milliseconds idle;      // between two reads
    std::uint64_t bytes = UINT64_MAX;    // of all content; more is `message_size`
    SteadyTime end = SteadyTime::max();  // what has not been read by then is `timed_out`
    MinDataRate min_data_rate{};         // so is what comes too slowly
  };

  IncomingContent(Stream& stream, InputBuffer& input, http::Framing framing, std::uint64_t length, Limits limits);

  std::optional<std::uint64_t> length() const override;
  std::string_view read_buffered() override;
  Task<Result<std::string_view>> read() override;
  http::Fields trailers() const override { return trailers_; }
  void drop_trailers(http::TrailerFilter drops) override { drops_trailer_ = std::move(drops); }
  void limit_to(std::uint64_t bytes) override { limits_.bytes = std::min(limits_.bytes, bytes); }

  /// All of it has been read.
  bool finished() const { return finished_; }
  /// It was cut short or malformed: no more of it can be read.
  bool failed() const { return static_cast<bool>(error_); }
  /// Somebody waits in `read`: this must not go yet.
  bool being_read() const { return being_read_; }
  /// Bytes that are still to come; nullopt when only the end will tell.
  std::optional<std::uint64_t> remaining() const;

 protected:
  /// Called once before the first wait for content that has not arrived.
  virtual Task<error_code> before_first_wait() { co_return error_code{}; }

 private:
  std::string_view take_chunked();
  bool take_trailers();

  Stream& stream_;
  InputBuffer& input_;
  Limits limits_;
  DataRate rate_;
  http::Framing framing_;
  std::uint64_t length_;
  std::uint64_t left_;
  std::uint64_t received_ = 0;
  ChunkDecoder chunks_;
  std::vector<http::Field> trailers_;
  http::TrailerFilter drops_trailer_;
  error_code error_;
  bool finished_ = false;
  bool waited_ = false;
  bool being_read_ = false;
};

}  // namespace bearward::transport
