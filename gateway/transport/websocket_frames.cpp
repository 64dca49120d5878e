#include "transport/websocket_frames.h"

#include <algorithm>

namespace bearward::transport {
namespace {

constexpr unsigned opcode_close = 0x8;
constexpr unsigned mask_bit = 0x80;

}  // namespace

void WebSocketFrames::follow(std::string_view bytes) {
  while (!bytes.empty() && !malformed_) {
    if (payload_left_ != 0) {
      const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, bytes.size()));
      payload_left_ -= taken;
      bytes.remove_prefix(taken);
      continue;
    }
    header_[header_bytes_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (header_bytes_ >= 2 && header_bytes_ == header_length()) read_header();
  }
}

std::size_t WebSocketFrames::header_length() const {
  const unsigned length = header_[1] & 0x7fU;
  return 2U + (length == 126 ? 2U : length == 127 ? 8U : 0U) + ((header_[1] & mask_bit) != 0 ? 4U : 0U);
}

void WebSocketFrames::read_header() {
  header_bytes_ = 0;
  closed_ = closed_ || (header_[0] & 0x0fU) == opcode_close;
  const unsigned length = header_[1] & 0x7fU;
  const unsigned length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  payload_left_ = length_bytes == 0 ? length : 0;
  for (unsigned i = 0; i < length_bytes; ++i) payload_left_ = payload_left_ << 8 | header_[2 + i];
  malformed_ = payload_left_ >> 63 != 0;
}

std::uint16_t close_status(std::string_view why) {
  constexpr std::array<std::string_view, 4> passing = {"going_away", "idle_timeout", "max_stream_age",
                                                       "user_store_unavailable"};
  return std::ranges::find(passing, why) != passing.end() ? 1001 : 1008;
}

}  // namespace bearward::transport
