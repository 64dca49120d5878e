#pragma once

#include <memory>
#include <string_view>

#include "config/limits.h"
#include "http/forwarding.h"
#include "http/message.h"
#include "pipeline/limit_rate.h"
#include "pipeline/open_streams.h"
#include "transport/buffer_pool.h"
#include "upstream/pool.h"

namespace bearward::pipeline {

/// Writes the head that an upstream gets: what the client sent, less what belongs to the client's
/// connection, less every field that would tell the upstream who asks or where from, plus what the gateway
/// itself knows of that. `assertion` is the value of the route's assertion field, empty for none. The error is the
/// request's: a caller whose identity no field can carry, or a head that has grown over the room there is.
Result<void, Rejection> write_upstream_head(const http::Request& request, const Permit& permit,
                                            const http::Origin& origin, std::string_view request_id,
                                            std::string_view default_host, http::HeadWriter& writer,
                                            std::string_view assertion = {});

/// What forwarding needs of its worker.
struct ForwardingThread {
  transport::BufferPool& buffers;
  OpenStreams& streams;
};

/// Sends an admitted request to the route's upstream and returns the answer, its content still to be
/// read. Tries again, on another target, where that is safe (upstream/retry) and the retry budget allows it. The
/// answer to a request to switch protocols may be a tunnel. It is cut when the route's max_stream_age is over and, if
/// only its end tells how long it is, when the caller's token has expired.
Task<Result<http::Response, Rejection>> forward(const http::Request& request, const Admission& admission,
                                                const http::Origin& origin, std::string_view request_id,
                                                std::shared_ptr<upstream::Pool> pool, ForwardingThread thread,
                                                const config::Limits& by_default, std::string_view assertion = {});

}  // namespace bearward::pipeline
