#pragma once

#include <optional>
#include <string_view>

#include "http/tunnel.h"
#include "pipeline/open_streams.h"
#include "transport/stream_end.h"
#include "upstream/pool.h"
#include "upstream/request_cap.h"

namespace bearward::pipeline {

/// An upstream's connection that has switched protocols, and the request's place under `max_requests`: given back
/// when this goes.
class UpstreamTunnel final : public http::Tunnel, OpenStream::Owner {
 public:
  /// `terms`: nullopt where nobody's change ends it.
  UpstreamTunnel(upstream::RequestCap::Slot slot, upstream::Pool::Lease lease, std::string_view protocol,
                 const Limits& limits, OpenStreams& streams, std::optional<StreamTerms> terms)
      : Tunnel(limits),
        slot_(std::move(slot)),
        lease_(std::move(lease)),
        protocol_(protocol),
        end_(lease_->switched_end()) {
    if (terms) open_.emplace(streams, std::move(*terms), static_cast<OpenStream::Owner&>(*this));
  }
  ~UpstreamTunnel() override { lease_->finish(/*answer_complete=*/false); }

  http::TunnelEnd& upstream() override { return end_; }
  std::string_view protocol() const override { return protocol_; }

 private:
  void end_stream(std::string_view why) override { end(why); }

  upstream::RequestCap::Slot slot_;
  upstream::Pool::Lease lease_;
  std::string_view protocol_;
  transport::StreamEnd end_;
  std::optional<OpenStream> open_;
};

}  // namespace bearward::pipeline
