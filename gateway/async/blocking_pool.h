#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <expected>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include "async/task.h"

namespace bearward::async {

/// Threads for what blocks or computes for long (SQLite, password hashing), so that no I/O thread does.
/// At most `max_waiting` jobs wait for a thread; one more is refused at once, never queued.
class BlockingPool {
 public:
  /// Whom the kernel runs first where there are more threads than cores. `background`: the threads give way
  /// to every other thread of the process, and still get a share of a core that is never idle.
  enum class Priority { normal, background };

  BlockingPool(std::size_t threads, std::size_t max_waiting, Priority priority = Priority::normal);
  /// Jobs that run are finished, those that wait are finished too; then the threads are joined.
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// Runs `job` on a thread of the pool and resumes the caller on its own executor with what it
  /// returned; nullopt at once when the pool is full. `job` owns what it uses: after a cancellation
  /// it still runs to its end.
  template <class Job>
  auto run(Job job) -> Task<std::optional<std::invoke_result_t<Job&>>> {
    using Value = std::invoke_result_t<Job&>;
    static_assert(!std::is_void_v<Value>, "a job returns what it found");
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void(std::optional<Value>)>(
        [this](auto handler, Job work) {
          auto executor = asio::get_associated_executor(handler);
          // std::function must be copyable, an awaitable's handler is not.
          auto state = std::make_shared<std::pair<decltype(handler), Job>>(std::move(handler), std::move(work));
          auto finish = [executor, state](std::optional<Value> value) {
            asio::post(executor, [state, value = std::move(value)]() mutable { state->first(std::move(value)); });
          };
          const bool accepted = submit([state, finish, guard = asio::make_work_guard(executor)] {
            finish(std::optional<Value>{state->second()});
          });
          if (!accepted) finish(std::nullopt);
        },
        asio::use_awaitable_t<Executor>{}, std::move(job));
  }

  std::size_t waiting() const;

 private:
  bool submit(std::function<void()> job);
  void work();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  std::size_t max_waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace bearward::async
