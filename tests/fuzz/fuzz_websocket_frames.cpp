// One direction of a WebSocket: however the bytes are cut into pieces, the same is known at their end, and a frame that
// is added where one may be leaves everything as it was.
#include <cstdlib>
#include <string>

#include "fuzz/fuzz_target.h"
#include "transport/websocket_frames.h"

namespace bearward {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

void fuzz(std::string_view input) {
  if (input.empty()) return;
  const std::size_t step = 1U + static_cast<unsigned char>(input.front()) % 37U;
  input.remove_prefix(1);
  transport::WebSocketFrames whole;
  whole.follow(input);
  transport::WebSocketFrames in_pieces;
  transport::WebSocketFrames with_pings;
  constexpr std::string_view ping("\x89\0", 2);
  for (std::string_view rest = input; !rest.empty();) {
    const std::string_view piece = rest.substr(0, step);
    rest.remove_prefix(piece.size());
    in_pieces.follow(piece);
    with_pings.follow(piece);
    require(in_pieces.may_add() == with_pings.may_add());
    if (!with_pings.may_add()) continue;
    with_pings.follow(ping.substr(0, 1));
    require(!with_pings.may_add());
    with_pings.follow(ping.substr(1));
    require(with_pings.may_add());
  }
  require(whole.may_add() == in_pieces.may_add());
}

}  // namespace bearward
