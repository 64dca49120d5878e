#include "store/redis/reply_reader.h"

#include <memory>

namespace bearward::store {
namespace {

constexpr int max_elements = 1'024;

// hiredis builds its objects through these; ours are RedisReply, so that what a server sends is held once
// and an array is bounded before anything is allocated for it.
RedisReply* place_for(const redisReadTask* task) {
  if (task->parent == nullptr) return new RedisReply;
  auto* array = static_cast<RedisReply*>(task->parent->obj);
  return &array->elements[static_cast<std::size_t>(task->idx)];
}

void* create_string(const redisReadTask* task, char* text, std::size_t size) {
  RedisReply* reply = place_for(task);
  reply->kind = task->type == REDIS_REPLY_ERROR ? RedisReply::Kind::error : RedisReply::Kind::text;
  reply->text.assign(text, size);
  return reply;
}

void* create_array(const redisReadTask* task, int elements) {
  // Counted over the whole reply: seven bytes of "*1024\r\n" inside each other would ask for gigabytes.
  int& left = *static_cast<int*>(task->privdata);
  if (elements > left) return nullptr;  // the reader reports it as out of memory
  left -= elements;
  RedisReply* reply = place_for(task);
  reply->kind = RedisReply::Kind::array;
  reply->elements.resize(static_cast<std::size_t>(elements));
  return reply;
}

void* create_integer(const redisReadTask* task, long long value) {
  RedisReply* reply = place_for(task);
  reply->kind = RedisReply::Kind::integer;
  reply->integer = value;
  return reply;
}

void* create_nil(const redisReadTask* task) { return place_for(task); }

// Only a whole reply is freed: its elements live in it.
void free_reply(void* reply) { delete static_cast<RedisReply*>(reply); }

redisReplyObjectFunctions functions{create_string, create_array, create_integer, create_nil, free_reply};

}  // namespace

ReplyReader::ReplyReader(std::size_t limit_bytes)
    : reader_(redisReaderCreateWithFunctions(&functions)), limit_bytes_(limit_bytes) {
  if (reader_ == nullptr) throw std::bad_alloc();
  elements_left_ = max_elements;
  reader_->privdata = &elements_left_;
}

Result<void, RedisError> ReplyReader::feed(std::string_view bytes) {
  unfinished_bytes_ += bytes.size();
  if (unfinished_bytes_ > limit_bytes_) return std::unexpected(RedisError::protocol);
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK)
    return std::unexpected(RedisError::protocol);
  return {};
}

Result<std::optional<RedisReply>, RedisError> ReplyReader::next() {
  void* reply = nullptr;
  if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK) return std::unexpected(RedisError::protocol);
  if (reply == nullptr) return std::nullopt;
  unfinished_bytes_ = reader_->len - reader_->pos;
  elements_left_ = max_elements;
  const std::unique_ptr<RedisReply> owned(static_cast<RedisReply*>(reply));
  return std::move(*owned);
}

std::string_view to_string(RedisError error) {
  switch (error) {
    case RedisError::down:
      return "not connected";
    case RedisError::busy:
      return "too many commands are waiting";
    case RedisError::timed_out:
      return "no answer in time";
    case RedisError::closed:
      return "the connection was closed";
    case RedisError::protocol:
      return "the server does not speak the Redis protocol";
    case RedisError::refused:
      return "the server refused";
  }
  return "unknown";
}

}  // namespace bearward::store
