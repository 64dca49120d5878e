// What a Redis server says, whole and in pieces: replies, and the user records and words of change in them. Whoever can
// write to Redis may spoil the cache, not more: a record is taken only if it is one that the gateway could have
// written.
#include <cstdlib>
#include <string>

#include "fuzz/fuzz_target.h"
#include "store/redis/reply_reader.h"
#include "store/redis/user_record.h"

namespace bearward {
namespace {

constexpr std::size_t limit_bytes = 64 * 1024;
constexpr int most_replies = 10'000;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_text(std::string_view text) {
  for (const std::string_view name : {"alice", "client:reports"}) {
    const auto record = store::decode_record(text, name);
    if (!record) continue;
    const auto again = store::decode_record(store::encode_record(name, *record), name);
    require(again.has_value() && again->state.user == record->state.user &&
            again->state.version == record->state.version);
    require(!record->state.user || record->state.user->username == name);
  }
  if (const auto change = store::parse_change_message(text)) require(!change->second.empty());
}

void check_reply(const store::RedisReply& reply, int depth) {
  require(depth <= 16);
  if (reply.kind == store::RedisReply::Kind::text) check_text(reply.text);
  for (const store::RedisReply& element : reply.elements) check_reply(element, depth + 1);
}

/// How many whole replies there were; -1: refused.
int read_in_pieces(std::string_view input, std::size_t piece) {
  store::ReplyReader reader(limit_bytes);
  int replies = 0;
  while (!input.empty()) {
    const std::size_t size = std::min(piece, input.size());
    if (!reader.feed(input.substr(0, size))) return -1;
    input.remove_prefix(size);
    while (true) {
      const auto reply = reader.next();
      if (!reply) return -1;
      if (!*reply) break;
      check_reply(**reply, 0);
      require(++replies <= most_replies + static_cast<int>(limit_bytes));
    }
  }
  return replies;
}

}  // namespace

void fuzz(std::string_view input) {
  check_text(input);
  if (input.size() > limit_bytes) return;
  const int whole = read_in_pieces(input, input.size());
  require(whole == read_in_pieces(input, 7));
}

}  // namespace bearward
