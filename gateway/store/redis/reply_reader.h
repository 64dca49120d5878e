#pragma once

#include <hiredis/read.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "store/redis/redis_reply.h"

namespace bearward::store {

/// Bytes from a Redis server -> replies, with hiredis's parser. What the server sends is input: over 1,024
/// elements in a reply, nesting over hiredis's own depth of 9, or `limit_bytes` of unfinished reply are
/// errors, after which the reader is spent.
class ReplyReader {
 public:
  explicit ReplyReader(std::size_t limit_bytes);
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  /// Errors: `protocol`.
  Result<void, RedisError> feed(std::string_view bytes);
  /// The next whole reply; nullopt when there is none yet. Errors: `protocol`.
  Result<std::optional<RedisReply>, RedisError> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };
  std::unique_ptr<redisReader, Free> reader_;
  std::size_t limit_bytes_;
  std::size_t unfinished_bytes_ = 0;  // fed since the last whole reply
  int elements_left_ = 0;             // of the reply that is being read
};

}  // namespace bearward::store
