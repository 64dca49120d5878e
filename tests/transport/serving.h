#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "async/coarse_timer.h"
#include "http/handler.h"
#include "transport/buffer_pool.h"
#include "transport/http1_server.h"
#include "transport/listener.h"

namespace bearward::testing {

/// Answers with what a test says.
class ScriptedHandler final : public http::Handler {
 public:
  using Answer = std::function<Task<http::Response>(http::Request)>;
  explicit ScriptedHandler(Answer answer) : answer_(std::move(answer)) {}
  Task<http::Response> handle(http::Request request) override { return answer_(request); }

 private:
  Answer answer_;
};

/// A worker with one listener on a free port of loopback: everything of transport/ from accept to close.
/// Clients are the test's own thread.
class Serving {
 public:
  static constexpr transport::Http1Limits usual_limits{16 * 1024, 1024 * 1024, std::chrono::seconds{20},
                                                       std::chrono::seconds{20}};

  explicit Serving(ScriptedHandler::Answer answer, const transport::Http1Limits& limits = usual_limits,
                   std::shared_ptr<const crypto::TlsContext> tls = nullptr)
      : handler_(std::move(answer)),
        timer_(io_.get_executor()),
        server_(handler_, buffers_),
        descriptor_(*transport::bind_listening_socket("127.0.0.1", 0)),
        listener_(io_.get_executor(), descriptor_, timer_, buffers_, server_, cap_, handshakes_) {
    cap_.set(1'000, 0);
    server_.set_limits(limits);
    listener_.use(std::move(tls));
    timer_.start();
    listener_.start();
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { io_.run(); });
  }

  ~Serving() {
    run([this] {
      listener_.stop();
      server_.drain();
      server_.cut();
      timer_.stop();
      work_.reset();
    });
    thread_.join();
  }

  std::uint16_t port() const { return port_; }
  Executor executor() { return io_.get_executor(); }
  async::CoarseTimer& timer() { return timer_; }
  transport::BufferPool& buffers() { return buffers_; }
  transport::ConnectionCap& cap() { return cap_; }
  transport::Http1Server& server() { return server_; }
  transport::Listener& listener() { return listener_; }

  /// Runs `call` on the worker's thread, to its end.
  void run(const std::function<void()>& call) {
    std::promise<void> done;
    asio::post(io_, [&] {
      call();
      done.set_value();
    });
    done.get_future().wait();
  }

 private:
  asio::io_context io_{1};
  asio::executor_work_guard<Executor> work_{io_.get_executor()};
  ScriptedHandler handler_;
  async::CoarseTimer timer_;
  transport::BufferPool buffers_;
  transport::ConnectionCap cap_;
  transport::Handshakes handshakes_;
  transport::Http1Server server_;
  int descriptor_;  // the listener's
  transport::Listener listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// A response of 200 with that body.
inline http::Response ok(std::string body) {
  http::Response response;
  response.status = 200;
  response.body = std::move(body);
  return response;
}

/// Answers with the method, the target and the whole content.
inline Task<http::Response> echo(http::Request request) {
  std::string body = std::string(request.head.method) + " " + std::string(request.head.target.path) + " ";
  while (true) {
    const Result<std::string_view> part = co_await request.content.read();
    if (!part) {
      http::Response failed;
      failed.status = part.error() == asio::error::message_size ? 413 : 400;
      co_return failed;
    }
    if (part->empty()) break;
    body += *part;
  }
  co_return ok(std::move(body));
}

/// Content that comes in pieces, of unknown length unless it is given.
class PieceByPiece final : public http::Content {
 public:
  explicit PieceByPiece(std::vector<std::string> pieces, std::optional<std::uint64_t> length = {}, bool fails = false)
      : pieces_(std::move(pieces)), length_(length), fails_(fails) {}

  std::optional<std::uint64_t> length() const override { return length_; }
  std::string_view read_buffered() override { return {}; }
  Task<Result<std::string_view>> read() override {
    if (next_ < pieces_.size()) co_return std::string_view(pieces_[next_++]);
    if (fails_) co_return std::unexpected(error_code{asio::error::eof});
    co_return std::string_view{};
  }

 private:
  std::vector<std::string> pieces_;
  std::optional<std::uint64_t> length_;
  bool fails_;
  std::size_t next_ = 0;
};

}  // namespace bearward::testing
