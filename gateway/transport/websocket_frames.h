#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bearward::transport {

/// Follows the frames of one direction of a WebSocket (RFC 6455 §5.2) without looking into them, only to know
/// whether a frame of our own may stand at this place.
class WebSocketFrames {
 public:
  /// The next bytes of that direction.
  void follow(std::string_view bytes);

  /// Between two frames, of which none said that it is the last (Close).
  bool may_add() const { return !closed_ && !malformed_ && payload_left_ == 0 && header_bytes_ == 0; }

 private:
  std::size_t header_length() const;
  void read_header();

  std::array<unsigned char, 14> header_{};
  std::size_t header_bytes_ = 0;    // of the header that has begun
  std::uint64_t payload_left_ = 0;  // of the frame whose header is complete
  bool closed_ = false;
  bool malformed_ = false;  // no WebSocket at all
};

/// What a Close frame says of a tunnel that the gateway has ended, by why: 1001 (going away) where a client may come
/// back as it is, 1008 (policy violation) where it has lost its access.
std::uint16_t close_status(std::string_view why);

/// An unmasked Close frame, as a server sends it, with `status` (RFC 6455 §7.4).
constexpr std::array<char, 4> close_frame(std::uint16_t status) {
  return {'\x88', '\x02', static_cast<char>(status >> 8), static_cast<char>(status & 0xff)};
}

}  // namespace bearward::transport
