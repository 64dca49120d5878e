#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "admin/routes_call.h"
#include "http/message.h"
#include "telemetry/rejection_counts.h"
#include "telemetry/response_counts.h"

namespace bearward::admin {

/// What the app counts, of all workers together, since the start.
struct Metrics {
  std::array<std::uint64_t, telemetry::ResponseCounts::classes> responses{};  // 1xx to 5xx
  telemetry::RejectionCounts::Times rejections{};
  unsigned connections_open = 0;
  unsigned connections_limit = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t closed_per_address = 0;
  std::uint64_t closed_proxy_protocol = 0;
  std::uint64_t handshake_failures = 0;
  std::uint64_t reloads_taken = 0;
  std::uint64_t reloads_refused = 0;
};
using TakeMetrics = std::function<Metrics()>;

/// GET /metrics: the text format of Prometheus, version 0.0.4. Labels are names of the configuration and words of the
/// code, so that there are no more series than those.
http::Response answer_metrics(const TakeMetrics& take, const Running& running);

}  // namespace bearward::admin
