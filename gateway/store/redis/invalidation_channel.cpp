#include "store/redis/invalidation_channel.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

#include "async/backoff.h"
#include "store/redis/redis_stream.h"
#include "store/redis/user_record.h"

namespace bearward::store {
namespace {

// A message names one user; nothing longer is ours.
constexpr std::size_t max_message_bytes = 16 * 1024;

bool is_array_of(const RedisReply& reply, std::string_view first, std::size_t elements) {
  return reply.kind == RedisReply::Kind::array && reply.elements.size() == elements &&
         reply.elements[0].kind == RedisReply::Kind::text && reply.elements[0].text == first;
}

}  // namespace

class InvalidationChannel::State : public std::enable_shared_from_this<State> {
 public:
  State(Executor executor, RedisSettings settings, Callbacks callbacks)
      : executor_(executor),
        settings_(std::move(settings)),
        callbacks_(std::move(callbacks)),
        channel_(change_channel(settings_.server.database)),
        pause_(executor),
        next_ping_(executor) {
    settings_.max_reply_bytes = max_message_bytes;
  }

  void start() { asio::co_spawn(executor_, run(shared_from_this()), asio::detached); }

  void close() {
    closed_ = true;
    up_ = false;
    callbacks_ = {};
    pause_.cancel();
    next_ping_.cancel();
    if (stream_) stream_->close();
  }

  bool up() const { return up_; }
  const std::string& problem() const { return problem_; }

 private:
  static Task<> run(std::shared_ptr<State> self) {
    async::Backoff backoff(self->settings_.first_backoff, self->settings_.max_backoff);
    while (!self->closed_) {
      self->stream_ = std::make_shared<RedisStream>(self->executor_, self->settings_);
      const Result<void, RedisError> subscribed = co_await self->subscribe();
      if (subscribed && !self->closed_) {
        backoff.reset();
        co_await self->listen();
      } else if (!subscribed) {
        self->problem_ = to_string(subscribed.error());
        if (subscribed.error() == RedisError::refused) self->problem_ += ": " + self->stream_->refusal();
      }
      self->stream_->close();
      if (self->closed_) co_return;
      self->pause_.expires_after(backoff.next());
      [[maybe_unused]] const auto [error] = co_await self->pause_.async_wait(use_task);
    }
  }

  Task<Result<void, RedisError>> subscribe() {
    if (Result<void, RedisError> opened = co_await stream_->open(); !opened) co_return opened;
    stream_->expire_at(steady_now() + settings_.connect_timeout);
    std::vector<std::string> command{"SUBSCRIBE", channel_};
    if (Result<void, RedisError> sent = co_await stream_->write(format_command(command)); !sent) co_return sent;
    Result<RedisReply, RedisError> reply = co_await stream_->read();
    if (!reply) co_return std::unexpected(reply.error());
    if (!is_array_of(*reply, "subscribe", 3)) co_return std::unexpected(RedisError::protocol);
    stream_->never_expire();
    co_return Result<void, RedisError>{};
  }

  Task<> listen() {
    up_ = true;
    awaits_pong_ = false;
    problem_.clear();
    asio::co_spawn(executor_, ping(shared_from_this(), stream_), asio::detached);
    tell(callbacks_.on_up);
    while (!closed_) {
      Result<RedisReply, RedisError> reply = co_await stream_->read();
      if (!reply) {
        problem_ = to_string(reply.error());
        break;
      }
      if (!hear(*reply)) {
        problem_ = to_string(RedisError::protocol);
        break;
      }
    }
    next_ping_.cancel();
    if (up_) {
      up_ = false;
      tell(callbacks_.on_down);
    }
  }

  // A frozen server and a cut cable send nothing: only the missing answer tells.
  static Task<> ping(std::shared_ptr<State> self, std::shared_ptr<RedisStream> stream) {
    while (!self->closed_ && self->stream_ == stream && self->up_) {
      self->next_ping_.expires_after(self->settings_.ping_interval);
      const auto [error] = co_await self->next_ping_.async_wait(use_task);
      if (error || self->closed_ || self->stream_ != stream || !self->up_) co_return;
      if (self->awaits_pong_) continue;  // the stream's deadline is running
      self->awaits_pong_ = true;
      stream->expire_at(steady_now() + self->settings_.ping_interval);
      std::vector<std::string> command{"PING"};
      if (const Result<void, RedisError> sent = co_await stream->write(format_command(command)); !sent) co_return;
    }
  }

  // False for what no server sends to a subscriber.
  bool hear(const RedisReply& reply) {
    if (is_array_of(reply, "pong", 2)) {
      awaits_pong_ = false;
      stream_->never_expire();
      return true;
    }
    if (!is_array_of(reply, "message", 3) || reply.elements[2].kind != RedisReply::Kind::text) return false;
    if (reply.elements[1].text != channel_) return false;
    if (const auto changed = parse_change_message(reply.elements[2].text)) {
      if (const auto callback = callbacks_.on_change; callback) callback(changed->first, changed->second);
    } else {
      tell(callbacks_.on_change_of_all);  // perhaps a later version's: in doubt nothing is trusted
    }
    return true;
  }

  // Copied: what is called may close this.
  static void tell(const std::function<void()>& callback) {
    if (const auto copy = callback; copy) copy();
  }

  Executor executor_;
  RedisSettings settings_;
  Callbacks callbacks_;
  std::string channel_;
  std::shared_ptr<RedisStream> stream_;
  asio::steady_timer pause_, next_ping_;
  std::string problem_ = "not connected yet";
  bool awaits_pong_ = false;
  bool up_ = false;
  bool closed_ = false;
};

InvalidationChannel::InvalidationChannel(Executor executor, RedisSettings settings, Callbacks callbacks)
    : state_(std::make_shared<State>(executor, std::move(settings), std::move(callbacks))) {}
InvalidationChannel::~InvalidationChannel() { state_->close(); }
void InvalidationChannel::start() { state_->start(); }
void InvalidationChannel::close() { state_->close(); }
bool InvalidationChannel::up() const { return state_->up(); }
const std::string& InvalidationChannel::problem() const { return state_->problem(); }

}  // namespace bearward::store
