#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "async/coarse_timer.h"
#include "base/result.h"
#include "transport/http1_client.h"
#include "upstream/target.h"

namespace bearward::upstream {

/// What a connection needs of the thread that it lives on; all of it outlives the connection.
struct Thread {
  Executor executor;
  async::CoarseTimer& timer;
  transport::BufferPool& buffers;
};

/// Why no connection stands. `timed_out` when a server did not answer; `reason` is for the log.
struct ConnectFailure {
  error_code error;
  std::string reason;
};

/// Opens a connection to `target`, ready for an exchange: tries its addresses in turn, the one that answered
/// last first, each for `limit`, until `until`.
Task<Result<transport::Http1Client::Owned, ConnectFailure>> connect(Thread thread, Target& target,
                                                                    std::chrono::milliseconds limit, SteadyTime until);

}  // namespace bearward::upstream
