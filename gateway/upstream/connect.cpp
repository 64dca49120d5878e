#include "upstream/connect.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>

#include "transport/plain_stream.h"
#include "transport/tls_stream.h"

namespace bearward::upstream {
namespace {

using boost::asio::ip::tcp;
using transport::Http1Client;
using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// Null when the name has not been looked up in time: only just after a start, or after a reload that
/// brought the target. The control thread looks it up, this waits for that.
Task<std::shared_ptr<const Endpoints>> endpoints_of(Executor executor, const Target& target,
                                                    std::chrono::milliseconds limit) {
  constexpr std::chrono::milliseconds pause{10};
  std::shared_ptr<const Endpoints> endpoints = target.endpoints();
  Timer timer(executor);
  for (std::chrono::milliseconds waited{}; !endpoints && waited < limit; waited += pause) {
    timer.expires_after(pause);
    co_await timer.async_wait(use_task);
    endpoints = target.endpoints();
  }
  co_return endpoints;
}

Task<Result<Socket>> open(Thread thread, tcp::endpoint endpoint, std::chrono::milliseconds limit) {
  Socket socket(thread.executor);
  async::SocketDeadline deadline(thread.timer, socket);
  deadline.arm(limit);
  auto [error] = co_await socket.async_connect(endpoint, use_task);
  if (deadline.expired()) co_return std::unexpected(error_code{asio::error::timed_out});
  if (error) co_return std::unexpected(error);
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  co_return socket;
}

/// In clear, or inside TLS once the target has proved who it is.
Task<Result<std::unique_ptr<transport::Stream>, ConnectFailure>> open_stream(Thread thread, const Target& target,
                                                                             Socket socket,
                                                                             std::chrono::milliseconds limit) {
  const ClientTls* tls = target.tls();
  if (tls == nullptr) co_return std::make_unique<transport::PlainStream>(std::move(socket), thread.timer);
  const std::string& name = tls->server_name.empty() ? target.host() : tls->server_name;
  auto stream =
      std::make_unique<transport::TlsStream>(std::move(socket), thread.timer, thread.buffers, tls->context, name);
  stream->read_deadline().arm(limit);
  const error_code error = co_await stream->handshake();
  stream->read_deadline().disarm();
  if (!error) co_return std::unique_ptr<transport::Stream>(std::move(stream));
  const std::string_view problem = stream->problem();
  co_return std::unexpected(ConnectFailure{error, problem.empty() ? error.message() : std::string(problem)});
}

}  // namespace

Task<Result<Http1Client::Owned, ConnectFailure>> connect(Thread thread, Target& target, std::chrono::milliseconds limit,
                                                         SteadyTime until) {
  const std::shared_ptr<const Endpoints> endpoints = co_await endpoints_of(thread.executor, target, limit);
  if (!endpoints) {
    co_return std::unexpected(ConnectFailure{asio::error::timed_out, "its name has not been looked up in time"});
  }
  ConnectFailure failure{asio::error::host_not_found, "its name has no address"};
  const std::size_t first = target.first_endpoint.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < endpoints->size(); ++i) {
    const std::size_t index = (first + i) % endpoints->size();
    const tcp::endpoint endpoint = (*endpoints)[index];
    Result<Socket> socket = co_await open(thread, endpoint, limit);
    if (socket) {
      if (i != 0) target.first_endpoint.store(index, std::memory_order_relaxed);
      auto stream = co_await open_stream(thread, target, std::move(*socket), limit);
      if (stream) co_return Http1Client::make(std::move(*stream), thread.buffers);
      failure = std::move(stream.error());
    } else {
      failure = {socket.error(), socket.error().message()};
    }
    if (thread.timer.now() >= until) break;
  }
  co_return std::unexpected(std::move(failure));
}

}  // namespace bearward::upstream
