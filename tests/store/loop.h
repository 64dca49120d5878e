#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "async/task.h"
#include "support/tcp_socket.h"

namespace bearward::testing {

/// A worker's event loop in the hands of a test: runs it until what the test waits for has happened.
class Loop {
 public:
  asio::io_context& context() { return context_; }
  Executor executor() { return context_.get_executor(); }

  /// False when it did not happen in time.
  bool run_until(const std::function<bool()>& happened, std::chrono::milliseconds limit = patience) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!happened()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      context_.restart();
      context_.run_one_for(std::chrono::milliseconds{10});
    }
    return true;
  }

  /// What a task gives; throws when it takes too long.
  template <class T>
  T run(Task<T> task) {
    const auto result = std::make_shared<std::optional<T>>();
    spawn<T>(std::move(task), [result](T value) { result->emplace(std::move(value)); });
    if (!run_until([&] { return result->has_value(); })) throw std::runtime_error("the task does not end");
    return std::move(**result);
  }

  template <class T>
  void spawn(Task<T> task, std::function<void(T)> on_end) {
    asio::co_spawn(executor(), std::move(task),
                   [on_end = std::move(on_end)](const std::exception_ptr& thrown, T value) {
                     if (thrown) std::rethrow_exception(thrown);
                     on_end(std::move(value));
                   });
  }

  /// Runs until nothing is left to do, as a worker does at its end. False: something never ends.
  bool run_out(std::chrono::milliseconds limit = patience) {
    context_.restart();
    context_.run_for(limit);
    return context_.stopped();
  }

 private:
  asio::io_context context_{1};
};

}  // namespace bearward::testing
