#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "async/task.h"
#include "http/tunnel.h"
#include "transport/buffer_pool.h"
#include "transport/websocket_frames.h"

namespace bearward::transport {

/// Carries bytes between a client and a tunnel's upstream, both ways at once, each as fast as its reader takes them:
/// a block is leased when bytes are there and given back when they have been written, so that one that idles holds
/// none. One thread.
class TunnelRelay final : http::Tunnel::Carrier {
 public:
  TunnelRelay(http::TunnelEnd& client, http::Tunnel& tunnel, BufferPool& buffers);
  TunnelRelay(const TunnelRelay&) = delete;
  TunnelRelay& operator=(const TunnelRelay&) = delete;

  /// How it ended. `cut_by` is empty when both sides had ended, or one of them failed. What is left of the upstream's
  /// connection has been reset.
  struct Outcome {
    bool complete = false;      // both sides have ended in order
    bool said_goodbye = false;  // cut, but the client was told in its own protocol: it is to have time to read that
    std::uint64_t to_client = 0;
    std::uint64_t from_client = 0;
    std::string_view cut_by{};
  };

  /// Until both sides have ended, one fails, a limit passes, or the tunnel is ended.
  Task<Outcome> run();

 private:
  Task<> carry(http::TunnelEnd& from, http::TunnelEnd& to, std::uint64_t& bytes);
  Task<error_code> carry_what_is_there(http::TunnelEnd& from, http::TunnelEnd& to, std::uint64_t& bytes, bool& ended);
  Task<> carry_both_ways();
  Task<error_code> write(http::TunnelEnd& to, std::string_view bytes);
  Task<bool> say_goodbye();
  void note_traffic();
  void stop(const error_code& why);
  void tunnel_ended() override;

  http::Tunnel& tunnel_;
  http::TunnelEnd& client_;
  http::TunnelEnd& upstream_;
  BufferPool& buffers_;
  std::optional<WebSocketFrames> to_client_;  // nullopt: another protocol, or nothing may be added any more
  Outcome outcome_;
  unsigned ended_ = 0;  // of the two directions
  bool stopped_ = false;
};

}  // namespace bearward::transport
