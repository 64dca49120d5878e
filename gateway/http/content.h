#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "async/task.h"
#include "base/result.h"
#include "http/trailers.h"

namespace bearward::http {

/// The content of a message (RFC 9110 §6.4), pulled by whoever sends it on, so that a slow reader slows
/// the writer. Knows nothing of how it was framed on the wire.
class Content {
 public:
  virtual ~Content() = default;

  /// Its whole length in bytes when it was announced; nullopt when only the end will tell.
  virtual std::optional<std::uint64_t> length() const = 0;

  /// What has arrived already, without waiting; empty when that is nothing. Valid until the next call.
  virtual std::string_view read_buffered() = 0;

  /// The next bytes; an empty view is the end. Valid until the next call. An error means that the
  /// message is cut short: whoever sends it on must not let it look complete.
  virtual Task<Result<std::string_view>> read() = 0;

  /// After the end: the fields that came behind it (RFC 9110 §6.5), less those that never may (http/trailers).
  virtual Fields trailers() const { return {}; }
  /// Of those, what `drops` says true of goes no further either.
  virtual void drop_trailers(TrailerFilter drops) { static_cast<void>(drops); }

  /// From now on content of over `bytes` in all is `message_size`. Of a request's content, whose bound is known
  /// when its route is; any other need not heed it.
  virtual void limit_to(std::uint64_t bytes) { static_cast<void>(bytes); }

  /// Why reading failed, where the gateway itself has ended it; of static lifetime.
  virtual std::string_view cut_by() const { return {}; }

  /// Nobody wants the rest of it: whoever waits in `read` gets an error.
  virtual void abandon() {}

  /// True when nothing runs on behalf of this content any more; else `settle` waits for that (or makes
  /// it so), and must be awaited before the content is destroyed.
  virtual bool settled() const { return true; }
  virtual Task<> settle() { co_return; }
};

}  // namespace bearward::http
