#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/time.h"
#include "store/redis/redis_settings.h"
#include "store/redis/redis_stream.h"

namespace bearward::store {

/// A pipelined connection to Redis that comes back by itself. It belongs to one thread, the executor's:
/// one per worker, one for the control thread. Answers are matched by order; the first one that is
/// late closes the connection, so a late answer can never be taken for another command's.
class RedisConnection : public std::enable_shared_from_this<RedisConnection> {
 public:
  static std::shared_ptr<RedisConnection> create(Executor executor, RedisSettings settings);
  ~RedisConnection();

  /// Begins to connect, and to reconnect for ever; returns at once.
  void start();
  /// Ends all that waits with `closed` and stays down. The io_context runs out of this object's work.
  void close();

  /// Whether a command would be sent now. Callers go elsewhere at once when it is down.
  bool up() const { return up_; }
  /// Called (on the executor) each time the connection comes up or goes down.
  void on_state(std::function<void(bool up)> callback) { on_state_ = std::move(callback); }
  /// Why it is down, without any secret; empty while up.
  const std::string& problem() const { return problem_; }

  /// Sends a command and awaits its answer for at most `command_timeout`. An error reply is `refused`.
  Task<Result<RedisReply, RedisError>> command(std::vector<std::string> arguments);
  /// Sends a command whose answer nobody needs; dropped when down or busy.
  void send(const std::vector<std::string>& arguments);
  /// The first word of the last error reply (`OOM`), for the log.
  const std::string& refusal() const { return refusal_; }
  std::size_t in_flight() const { return in_flight_.size(); }

 private:
  using Answer = Result<RedisReply, RedisError>;
  struct Waiting {
    SteadyTime deadline;
    std::move_only_function<void(Answer)> done;  // empty: nobody waits
  };

  RedisConnection(Executor executor, RedisSettings settings);
  static Task<> run(std::shared_ptr<RedisConnection> self);
  static Task<> write_outbox(std::shared_ptr<RedisConnection> self);
  Task<RedisError> read_answers();
  std::optional<RedisError> cannot_send() const;
  void enqueue(const std::vector<std::string>& arguments, std::move_only_function<void(Answer)> done);
  void watch_front();
  void end(Waiting waiting, Answer with);
  void come_up();
  void go_down(RedisError why);

  Executor executor_;
  RedisSettings settings_;
  std::shared_ptr<RedisStream> stream_;  // a new one for each attempt
  asio::steady_timer pause_;
  std::deque<Waiting> in_flight_;  // in the order sent
  std::string outbox_;             // what the write that runs does not hold yet
  bool writing_ = false;
  bool started_ = false;
  bool up_ = false;
  bool closed_ = false;
  std::string problem_ = "not connected yet";
  std::string refusal_;
  std::function<void(bool)> on_state_;
};

}  // namespace bearward::store
