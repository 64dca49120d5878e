#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bearward::store {

/// A value of RESP2. `text` holds a bulk or simple string, or an error's text.
struct RedisReply {
  enum class Kind { nil, text, integer, error, array };
  Kind kind = Kind::nil;
  std::string text;
  std::int64_t integer = 0;
  std::vector<RedisReply> elements;
};

enum class RedisError {
  down,       // not connected: nothing was sent
  busy,       // too many commands wait: nothing was sent
  timed_out,  // no answer in time; it may have been carried out
  closed,     // the connection broke while waiting; it may have been carried out
  protocol,   // the server sent what is not RESP2, or too much of it
  refused,    // the server answered with an error
};

std::string_view to_string(RedisError error);

}  // namespace bearward::store
