#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <string>

#include "async/task.h"
#include "base/result.h"

namespace bearward::testing {

/// A server that says whatever a test wants where Redis should be. Lives on the test's own loop.
class FakeRedis {
 public:
  /// `answer` is given what came and gives what is sent back; "" sends nothing.
  FakeRedis(Executor executor, std::function<std::string(const std::string& received)> answer)
      : state_(std::make_shared<State>(executor, std::move(answer))) {
    asio::co_spawn(executor, accept(state_), asio::detached);
  }
  ~FakeRedis() {
    error_code ignored;
    state_->acceptor.close(ignored);
    hang_up();
  }

  std::uint16_t port() const { return state_->acceptor.local_endpoint().port(); }
  /// How many connections were made so far.
  int connections() const { return state_->connections; }
  void hang_up() {
    error_code ignored;
    for (const auto& socket : state_->sockets) socket->close(ignored);
    state_->sockets.clear();
  }
  void send(std::string bytes) {
    for (const auto& socket : state_->sockets) asio::co_spawn(state_->executor, write(socket, bytes), asio::detached);
  }

 private:
  struct State {
    State(Executor on, std::function<std::string(const std::string&)> how)
        : executor(on), acceptor(on, {asio::ip::address_v4::loopback(), 0}), answer(std::move(how)) {}
    Executor executor;
    Acceptor acceptor;
    std::function<std::string(const std::string&)> answer;
    std::vector<std::shared_ptr<Socket>> sockets;
    int connections = 0;
  };

  static Task<> accept(std::shared_ptr<State> state) {
    while (true) {
      auto socket = std::make_shared<Socket>(state->executor);
      const auto [error] = co_await state->acceptor.async_accept(*socket, use_task);
      if (error) co_return;
      ++state->connections;
      state->sockets.push_back(socket);
      asio::co_spawn(state->executor, serve(state, socket), asio::detached);
    }
  }

  static Task<> serve(std::shared_ptr<State> state, std::shared_ptr<Socket> socket) {
    std::array<char, 65'536> buffer;
    while (true) {
      const auto [error, size] = co_await socket->async_read_some(asio::buffer(buffer), use_task);
      if (error) co_return;
      std::string reply = state->answer(std::string(buffer.data(), size));
      if (!reply.empty()) co_await write(socket, std::move(reply));
    }
  }

  static Task<> write(std::shared_ptr<Socket> socket, std::string bytes) {
    [[maybe_unused]] const auto [error, size] = co_await asio::async_write(*socket, asio::buffer(bytes), use_task);
  }

  std::shared_ptr<State> state_;
};

}  // namespace bearward::testing
