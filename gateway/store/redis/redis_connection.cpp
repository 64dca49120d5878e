#include "store/redis/redis_connection.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "async/backoff.h"

namespace bearward::store {
namespace {

// What waits to be written: a server that stops reading is noticed by its deadline long before.
constexpr std::size_t max_outbox_bytes = 4 * 1024 * 1024;

}  // namespace

std::shared_ptr<RedisConnection> RedisConnection::create(Executor executor, RedisSettings settings) {
  return std::shared_ptr<RedisConnection>(new RedisConnection(executor, std::move(settings)));
}

RedisConnection::RedisConnection(Executor executor, RedisSettings settings)
    : executor_(executor), settings_(std::move(settings)), pause_(executor) {}

RedisConnection::~RedisConnection() = default;

void RedisConnection::start() {
  if (started_ || closed_) return;
  started_ = true;
  asio::co_spawn(executor_, run(shared_from_this()), asio::detached);
}

void RedisConnection::close() {
  closed_ = true;
  up_ = false;
  on_state_ = nullptr;
  pause_.cancel();
  if (stream_) stream_->close();
}

Task<Result<RedisReply, RedisError>> RedisConnection::command(std::vector<std::string> arguments) {
  if (const std::optional<RedisError> obstacle = cannot_send()) co_return std::unexpected(*obstacle);
  Answer answer = co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void(Answer)>(
      [this, &arguments](auto handler) {
        enqueue(arguments,
                [handler = std::move(handler)](Answer with) mutable { std::move(handler)(std::move(with)); });
      },
      asio::use_awaitable_t<Executor>{});
  if (answer && answer->kind == RedisReply::Kind::error) {
    refusal_ = first_word(answer->text);
    co_return std::unexpected(RedisError::refused);
  }
  co_return answer;
}

void RedisConnection::send(const std::vector<std::string>& arguments) {
  if (!cannot_send()) enqueue(arguments, nullptr);
}

std::optional<RedisError> RedisConnection::cannot_send() const {
  if (!up_) return RedisError::down;
  if (in_flight_.size() >= settings_.max_in_flight || outbox_.size() > max_outbox_bytes) return RedisError::busy;
  return std::nullopt;
}

void RedisConnection::enqueue(const std::vector<std::string>& arguments, std::move_only_function<void(Answer)> done) {
  in_flight_.push_back({steady_now() + settings_.command_timeout, std::move(done)});
  if (in_flight_.size() == 1) watch_front();
  outbox_ += format_command(arguments);
  if (writing_) return;  // goes with the next write: that is the pipelining
  writing_ = true;
  asio::co_spawn(executor_, write_outbox(shared_from_this()), asio::detached);
}

Task<> RedisConnection::write_outbox(std::shared_ptr<RedisConnection> self) {
  const std::shared_ptr<RedisStream> stream = self->stream_;
  while (self->stream_ == stream && !self->outbox_.empty()) {
    std::string bytes = std::exchange(self->outbox_, {});
    if (const Result<void, RedisError> written = co_await stream->write(std::move(bytes)); !written) co_return;
  }
  if (self->stream_ == stream) self->writing_ = false;
}

Task<> RedisConnection::run(std::shared_ptr<RedisConnection> self) {
  async::Backoff backoff(self->settings_.first_backoff, self->settings_.max_backoff);
  while (!self->closed_) {
    self->stream_ = std::make_shared<RedisStream>(self->executor_, self->settings_);
    const Result<void, RedisError> opened = co_await self->stream_->open();
    if (opened && !self->closed_) {
      backoff.reset();
      self->come_up();
      const RedisError why = co_await self->read_answers();
      self->go_down(why);
    } else if (!opened) {
      self->problem_ = to_string(opened.error());
      if (opened.error() == RedisError::refused) self->problem_ += ": " + self->stream_->refusal();
    }
    if (self->closed_) co_return;
    self->pause_.expires_after(backoff.next());
    [[maybe_unused]] const auto [error] = co_await self->pause_.async_wait(use_task);
  }
}

Task<RedisError> RedisConnection::read_answers() {
  while (true) {
    Result<RedisReply, RedisError> reply = co_await stream_->read();
    if (!reply) co_return reply.error();
    if (in_flight_.empty()) co_return RedisError::protocol;  // nobody asked
    Waiting waiting = std::move(in_flight_.front());
    in_flight_.pop_front();
    watch_front();
    end(std::move(waiting), std::move(reply));
  }
}

// Every command has the same time, so the first one's deadline is the nearest.
void RedisConnection::watch_front() {
  if (in_flight_.empty()) {
    stream_->never_expire();
  } else {
    stream_->expire_at(in_flight_.front().deadline);
  }
}

// Posted: who waited may call anything here at once.
void RedisConnection::end(Waiting waiting, Answer with) {
  if (!waiting.done) return;
  asio::post(executor_, [done = std::move(waiting.done), with = std::move(with)]() mutable { done(std::move(with)); });
}

void RedisConnection::come_up() {
  up_ = true;
  writing_ = false;
  outbox_.clear();
  problem_.clear();
  if (const auto callback = on_state_; callback) callback(true);
}

void RedisConnection::go_down(RedisError why) {
  up_ = false;
  problem_ = to_string(why);
  stream_->close();
  const SteadyTime now = steady_now();
  for (Waiting& waiting : in_flight_) {
    const RedisError error = why == RedisError::timed_out && waiting.deadline > now ? RedisError::closed : why;
    end(std::move(waiting), std::unexpected(error));
  }
  in_flight_.clear();
  if (const auto callback = on_state_; callback) callback(false);
}

}  // namespace bearward::store
