#pragma once

#include <optional>
#include <string_view>

#include "http/content.h"
#include "pipeline/open_streams.h"
#include "upstream/pool.h"
#include "upstream/request_cap.h"

namespace bearward::pipeline {

/// When an answer that begins now is cut at the latest, and why.
struct LatestEnd {
  SteadyTime at = SteadyTime::max();
  std::string_view reason{};  // of static lifetime
};

/// The content of an upstream's answer, the connection that it comes on and the request's place under
/// `max_requests`: given back when this goes.
class UpstreamContent final : public http::Content, OpenStream::Owner {
 public:
  /// `terms`: nullopt where nobody's change ends it.
  UpstreamContent(upstream::RequestCap::Slot slot, upstream::Pool::Lease lease, const http::ResponseHead& head,
                  const LatestEnd& end, OpenStreams& streams, std::optional<StreamTerms> terms)
      : slot_(std::move(slot)), lease_(std::move(lease)), content_(lease_->content_of(head, end.at)), end_(end) {
    if (terms) open_.emplace(streams, std::move(*terms), static_cast<OpenStream::Owner&>(*this));
  }
  ~UpstreamContent() override { lease_->finish(content_.finished()); }

  std::optional<std::uint64_t> length() const override { return content_.length(); }
  std::string_view read_buffered() override { return content_.read_buffered(); }
  Task<Result<std::string_view>> read() override { return content_.read(); }
  http::Fields trailers() const override { return content_.trailers(); }
  void drop_trailers(http::TrailerFilter drops) override { content_.drop_trailers(std::move(drops)); }
  std::string_view cut_by() const override {
    if (!ended_by_.empty() || content_.finished()) return ended_by_;
    return steady_now() >= end_.at ? end_.reason : std::string_view{};
  }
  void abandon() override { lease_->cut(); }
  bool settled() const override { return !lease_->sending(); }
  Task<> settle() override { return lease_->stop_sending(); }

 private:
  void end_stream(std::string_view why) override {
    ended_by_ = why;
    lease_->cut();
  }

  upstream::RequestCap::Slot slot_;
  upstream::Pool::Lease lease_;
  transport::IncomingContent content_;
  LatestEnd end_;
  std::string_view ended_by_;
  std::optional<OpenStream> open_;
};

}  // namespace bearward::pipeline
