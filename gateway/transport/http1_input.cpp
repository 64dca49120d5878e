#include "transport/http1_input.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <cstring>

namespace bearward::transport {
namespace {

class BeingRead {
 public:
  explicit BeingRead(bool& mark) : mark_(mark) { mark_ = true; }
  ~BeingRead() { mark_ = false; }
  BeingRead(const BeingRead&) = delete;
  BeingRead& operator=(const BeingRead&) = delete;

 private:
  bool& mark_;
};

}  // namespace

void InputBuffer::prepare() {
  if (!block_) block_ = BufferPool::Lease(pool_);
}

void InputBuffer::start_over() {
  if (begin_ == end_) {
    block_.release();
  } else if (begin_ != 0) {
    std::memmove(block_.data(), block_.data() + begin_, end_ - begin_);
  }
  end_ -= begin_;
  begin_ = floor_ = 0;
}

void InputBuffer::clear() {
  begin_ = end_;
  start_over();
}

Task<Result<std::size_t>> InputBuffer::fill(Stream& stream) {
  if (begin_ == end_) begin_ = end_ = floor_;
  if (end_ == capacity) co_return std::unexpected(error_code{asio::error::no_buffer_space});
  const std::span<char> room(block_.data() + end_, capacity - end_);
  const Result<std::size_t> received = co_await stream.read(room);
  if (received) end_ += *received;
  co_return received;
}

IncomingContent::IncomingContent(Stream& stream, InputBuffer& input, http::Framing framing, std::uint64_t length,
                                 Limits limits)
    : stream_(stream),
      input_(input),
      limits_(limits),
      rate_(limits.min_data_rate),
      framing_(framing),
      length_(length),
      left_(length),
      finished_(framing == http::Framing::none || (framing == http::Framing::length && length == 0)) {}

std::optional<std::uint64_t> IncomingContent::length() const {
  if (framing_ == http::Framing::none) return 0;
  return framing_ == http::Framing::length ? std::optional(length_) : std::nullopt;
}

std::optional<std::uint64_t> IncomingContent::remaining() const {
  if (finished_) return 0;
  return framing_ == http::Framing::length ? std::optional(left_) : std::nullopt;
}

std::string_view IncomingContent::take_chunked() {
  while (!input_.empty() && !finished_) {
    const auto step = chunks_.decode(input_.unread());
    if (step) input_.consume(step->consumed);
    if (!step || (chunks_.finished() && !take_trailers())) {
      error_ = asio::error::invalid_argument;
      return {};
    }
    finished_ = chunks_.finished();
    if (!step->content.empty()) return step->content;
  }
  return {};
}

bool IncomingContent::take_trailers() {
  if (chunks_.trailers().empty()) return true;
  auto trailers = parse_trailers(chunks_.trailers());
  if (!trailers) return false;
  trailers_ = std::move(*trailers);
  std::erase_if(trailers_, [this](const http::Field& field) {
    return http::is_never_a_trailer(field) || (drops_trailer_ && drops_trailer_(field));
  });
  return true;
}

std::string_view IncomingContent::read_buffered() {
  if (finished_ || error_ || input_.empty()) return {};
  std::string_view content;
  if (framing_ == http::Framing::chunked) {
    content = take_chunked();
  } else {
    content = input_.unread();
    if (framing_ == http::Framing::length) {
      content = content.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, content.size())));
      left_ -= content.size();
      finished_ = left_ == 0;
    }
    input_.consume(content.size());
  }
  received_ += content.size();
  rate_.note({}, content.size());
  if (received_ > limits_.bytes) {
    error_ = asio::error::message_size;
    return {};
  }
  return content;
}

Task<Result<std::string_view>> IncomingContent::read() {
  const BeingRead reading(being_read_);
  if (stream_.read_deadline().now() >= limits_.end && !finished_ && !error_) error_ = asio::error::timed_out;
  while (true) {
    const std::string_view content = read_buffered();
    if (!content.empty()) co_return content;
    if (error_) co_return std::unexpected(error_);
    if (finished_) co_return std::string_view{};
    if (!std::exchange(waited_, true)) {
      error_ = co_await before_first_wait();
      if (error_) co_return std::unexpected(error_);
    }
    const SteadyTime begun = stream_.read_deadline().now();
    stream_.read_deadline().arm(rate_.patience(limits_.idle), limits_.end);
    const Result<std::size_t> received = co_await input_.fill(stream_);
    stream_.read_deadline().disarm();
    rate_.note(stream_.read_deadline().now() - begun, 0);
    if (!received) {
      error_ = received.error();
    } else if (*received == 0) {
      finished_ = framing_ == http::Framing::until_close;
      if (!finished_) error_ = asio::error::eof;  // cut short: never to look complete
    }
  }
}

}  // namespace bearward::transport
