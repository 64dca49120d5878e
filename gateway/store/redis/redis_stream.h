#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/time.h"
#include "store/redis/redis_settings.h"
#include "store/redis/reply_reader.h"

namespace bearward::store {

/// `arguments` as a server reads them (RESP2 array of bulk strings), with hiredis's formatter.
std::string format_command(const std::vector<std::string>& arguments);

/// `WRONGPASS` of "WRONGPASS invalid username...": what follows may repeat what was sent, so it is never logged.
std::string first_word(std::string_view error);

/// One TCP connection to a Redis server: connect and log in, write bytes, read replies. Everything ends
/// with an error when the deadline passes or `close` is called. One reader and one writer at a time.
class RedisStream {
 public:
  RedisStream(Executor executor, const RedisSettings& settings);
  RedisStream(const RedisStream&) = delete;
  RedisStream& operator=(const RedisStream&) = delete;
  /// Nothing may be waiting on it any more.
  ~RedisStream();

  /// Connects, AUTH, SELECT, PING. `refused` when the server does not take the login or database, see
  /// `refusal`.
  Task<Result<void, RedisError>> open();
  Task<Result<RedisReply, RedisError>> read();
  Task<Result<void, RedisError>> write(std::string bytes);
  /// When this moment passes the stream is closed and what waits on it ends with `timed_out`.
  void expire_at(SteadyTime deadline);
  void never_expire();
  void close();

  /// The first word of the server's last refusal.
  const std::string& refusal() const { return refusal_; }

 private:
  Task<Result<void, RedisError>> connect();
  Task<Result<void, RedisError>> expect(std::vector<std::string> arguments, std::string_view wanted);
  void arm();
  RedisError failure() const { return timed_out_ ? RedisError::timed_out : RedisError::closed; }

  const RedisSettings& settings_;
  Socket socket_;
  asio::ip::basic_resolver<asio::ip::tcp, Executor> resolver_;
  asio::steady_timer timer_;
  SteadyTime deadline_ = SteadyTime::max();
  SteadyTime armed_for_ = SteadyTime::max();
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // a timer's late callback looks here first
  bool timed_out_ = false;
  bool closed_ = false;
  ReplyReader replies_;
  std::array<char, 16 * 1024> buffer_;
  std::string refusal_;
};

}  // namespace bearward::store
