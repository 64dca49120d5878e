#include "store/redis/redis_stream.h"

#include <hiredis/hiredis.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/write.hpp>

namespace bearward::store {

std::string format_command(const std::vector<std::string>& arguments) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string& argument : arguments) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  char* formatted = nullptr;
  const int size = redisFormatCommandArgv(&formatted, static_cast<int>(texts.size()), texts.data(), sizes.data());
  if (size < 0) throw std::bad_alloc();
  std::string bytes(formatted, static_cast<std::size_t>(size));
  redisFreeCommand(formatted);
  return bytes;
}

RedisStream::RedisStream(Executor executor, const RedisSettings& settings)
    : settings_(settings),
      socket_(executor),
      resolver_(executor),
      timer_(executor),
      replies_(settings.max_reply_bytes) {}

RedisStream::~RedisStream() { close(); }

Task<Result<void, RedisError>> RedisStream::open() {
  expire_at(steady_now() + settings_.connect_timeout);
  if (Result<void, RedisError> connected = co_await connect(); !connected) co_return connected;
  const config::RedisServer& server = settings_.server;
  if (!server.password.empty()) {
    std::vector<std::string> login{"AUTH"};
    if (!server.username.empty()) login.push_back(server.username);
    login.emplace_back(server.password.reveal());
    if (Result<void, RedisError> done = co_await expect(std::move(login), "OK"); !done) co_return done;
  }
  if (server.database != 0) {
    std::vector<std::string> select{"SELECT", std::to_string(server.database)};
    if (Result<void, RedisError> done = co_await expect(std::move(select), "OK"); !done) co_return done;
  }
  // A server that is frozen still completes the TCP handshake: only an answer says that it is there.
  std::vector<std::string> ping{"PING"};
  Result<void, RedisError> answered = co_await expect(std::move(ping), "PONG");
  if (answered) never_expire();
  co_return answered;
}

Task<Result<void, RedisError>> RedisStream::connect() {
  std::vector<asio::ip::tcp::endpoint> endpoints;
  error_code not_an_address;
  const auto address = asio::ip::make_address(settings_.server.host, not_an_address);
  if (!not_an_address) {
    endpoints.emplace_back(address, settings_.server.port);
  } else {
    std::string host = settings_.server.host;
    std::string port = std::to_string(settings_.server.port);
    auto [error, found] = co_await resolver_.async_resolve(host, port, use_task);
    if (error || closed_) co_return std::unexpected(failure());
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  for (const asio::ip::tcp::endpoint& endpoint : endpoints) {
    if (closed_) break;
    error_code ignored;
    socket_.close(ignored);
    const auto [error] = co_await socket_.async_connect(endpoint, use_task);
    if (error || closed_) continue;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    co_return Result<void, RedisError>{};
  }
  co_return std::unexpected(failure());
}

Task<Result<void, RedisError>> RedisStream::expect(std::vector<std::string> arguments, std::string_view wanted) {
  if (Result<void, RedisError> written = co_await write(format_command(arguments)); !written) co_return written;
  Result<RedisReply, RedisError> reply = co_await read();
  if (!reply) co_return std::unexpected(reply.error());
  if (reply->kind == RedisReply::Kind::text && reply->text == wanted) co_return Result<void, RedisError>{};
  close();
  if (reply->kind != RedisReply::Kind::error) co_return std::unexpected(RedisError::protocol);
  refusal_ = first_word(reply->text);
  co_return std::unexpected(RedisError::refused);
}

Task<Result<RedisReply, RedisError>> RedisStream::read() {
  while (!closed_) {
    Result<std::optional<RedisReply>, RedisError> reply = replies_.next();
    if (reply && *reply) co_return std::move(**reply);
    if (reply) {
      const auto [error, size] = co_await socket_.async_read_some(asio::buffer(buffer_), use_task);
      if (error || closed_) break;
      if (replies_.feed({buffer_.data(), size})) continue;
    }
    close();
    co_return std::unexpected(RedisError::protocol);
  }
  close();
  co_return std::unexpected(failure());
}

Task<Result<void, RedisError>> RedisStream::write(std::string bytes) {
  if (closed_) co_return std::unexpected(failure());
  const auto [error, size] = co_await asio::async_write(socket_, asio::buffer(bytes), use_task);
  if (!error && !closed_) co_return Result<void, RedisError>{};
  close();
  co_return std::unexpected(failure());
}

void RedisStream::expire_at(SteadyTime deadline) {
  deadline_ = deadline;
  if (deadline_ < armed_for_) arm();
}

void RedisStream::never_expire() { deadline_ = SteadyTime::max(); }

// One timer for all deadlines: moving a deadline back costs nothing, the timer looks when it fires.
void RedisStream::arm() {
  if (closed_) return;
  armed_for_ = deadline_;
  timer_.expires_at(deadline_);
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](error_code error) {
    if (error || alive.expired() || closed_) return;
    armed_for_ = SteadyTime::max();
    if (deadline_ == SteadyTime::max()) return;
    if (steady_now() < deadline_) return arm();
    timed_out_ = true;
    close();
  });
}

void RedisStream::close() {
  if (closed_) return;
  closed_ = true;
  error_code ignored;
  resolver_.cancel();
  socket_.close(ignored);
  timer_.cancel();
}

std::string first_word(std::string_view error) {
  constexpr std::size_t longest = 32;
  std::string word;
  for (const char c : error.substr(0, longest)) {
    if (c < 'A' || c > 'Z') break;
    word.push_back(c);
  }
  return word.empty() ? "an error" : word;
}

}  // namespace bearward::store
