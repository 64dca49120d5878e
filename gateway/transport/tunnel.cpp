#include "transport/tunnel.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>

#include "async/event.h"
#include "http/upgrade.h"

namespace bearward::transport {
namespace {

/// Reads in a row without a wait: then the thread's other connections get their turn.
constexpr int most_reads_in_a_row = 8;
/// A read that brought so much has probably left more.
constexpr std::size_t a_lot = 16 * 1024;
constexpr std::chrono::milliseconds goodbye_limit{1'000};

}  // namespace

TunnelRelay::TunnelRelay(http::TunnelEnd& client, http::Tunnel& tunnel, BufferPool& buffers)
    : tunnel_(tunnel), client_(client), upstream_(tunnel.upstream()), buffers_(buffers) {
  if (http::is_same_protocol("websocket", tunnel.protocol())) to_client_.emplace();
}

Task<TunnelRelay::Outcome> TunnelRelay::run() {
  struct Carrying {
    Carrying(http::Tunnel& tunnel, http::Tunnel::Carrier& carrier) : tunnel(tunnel) { tunnel.set_carrier(&carrier); }
    ~Carrying() { tunnel.set_carrier(nullptr); }
    Carrying(const Carrying&) = delete;
    Carrying& operator=(const Carrying&) = delete;
    http::Tunnel& tunnel;
  };
  const Carrying carrying(tunnel_, *this);
  note_traffic();
  if (!tunnel_.ended_by().empty()) stop(asio::error::operation_aborted);
  co_await carry_both_ways();
  outcome_.complete = !stopped_;
  if (stopped_) {
    upstream_.cut();
    if (!outcome_.cut_by.empty()) outcome_.said_goodbye = co_await say_goodbye();
  }
  co_return outcome_;
}

Task<> TunnelRelay::carry_both_ways() {
  async::Event answers_ended;
  std::exception_ptr thrown;
  asio::co_spawn(co_await asio::this_coro::executor, carry(upstream_, client_, outcome_.to_client),
                 [&](const std::exception_ptr& exception) {
                   if (exception) {
                     thrown = exception;
                     stop(asio::error::operation_aborted);
                   }
                   answers_ended.set();
                 });
  try {
    co_await carry(client_, upstream_, outcome_.from_client);
  } catch (...) {
    thrown = std::current_exception();
    stop(asio::error::operation_aborted);
  }
  co_await answers_ended.wait();
  if (thrown) std::rethrow_exception(thrown);
}

Task<> TunnelRelay::carry(http::TunnelEnd& from, http::TunnelEnd& to, std::uint64_t& bytes) {
  bool ended = false;
  while (!stopped_ && !ended) {
    error_code error = co_await from.wait_readable();
    if (!error && !stopped_) error = co_await carry_what_is_there(from, to, bytes, ended);
    if (error) stop(error);
  }
}

Task<error_code> TunnelRelay::carry_what_is_there(http::TunnelEnd& from, http::TunnelEnd& to, std::uint64_t& bytes,
                                                  bool& ended) {
  const BufferPool::Lease block(buffers_);
  for (int i = 0; i < most_reads_in_a_row; ++i) {
    const auto received = from.read(block.span());
    if (!received) co_return received.error();
    if (!*received) break;
    const std::size_t size = **received;
    if (size == 0) {
      ++ended_;
      ended = true;
      note_traffic();
      if (&to == &client_) to_client_.reset();
      co_await to.end_writing();
      break;
    }
    note_traffic();
    const error_code error = co_await write(to, {block.data(), size});
    if (error) co_return error;
    bytes += size;
    note_traffic();
    if (size < a_lot || stopped_) break;
  }
  co_return error_code{};
}

Task<error_code> TunnelRelay::write(http::TunnelEnd& to, std::string_view bytes) {
  std::optional<WebSocketFrames> frames;
  if (&to == &client_) frames.swap(to_client_);  // while a part of it may have gone, nobody knows what may follow
  const error_code error = co_await to.write(bytes);
  if (!error && frames) {
    frames->follow(bytes);
    to_client_ = frames;
  }
  co_return error;
}

/// Between two frames of the upstream's a WebSocket client takes a Close frame for the orderly end that it is.
Task<bool> TunnelRelay::say_goodbye() {
  if (!to_client_ || !to_client_->may_add()) co_return false;
  client_.arm(goodbye_limit, SteadyTime::max());
  const auto frame = close_frame(close_status(outcome_.cut_by));
  const error_code error = co_await client_.write({frame.data(), frame.size()});
  outcome_.to_client += error ? 0 : frame.size();
  co_return !error;
}

void TunnelRelay::note_traffic() {
  if (stopped_) return;
  const http::Tunnel::Limits& limits = tunnel_.limits();
  const auto idle = ended_ == 0 ? limits.idle : std::min(limits.idle, limits.half_closed);
  client_.arm(idle, limits.latest);
  upstream_.arm(idle, limits.latest);
}

void TunnelRelay::stop(const error_code& why) {
  if (stopped_) return;
  stopped_ = true;
  const http::Tunnel::Limits& limits = tunnel_.limits();
  if (!tunnel_.ended_by().empty()) {
    outcome_.cut_by = tunnel_.ended_by();
  } else if (why == asio::error::timed_out) {
    outcome_.cut_by = steady_now() >= limits.latest ? limits.latest_reason : "idle_timeout";
  }
  client_.cancel();
  upstream_.cancel();
}

void TunnelRelay::tunnel_ended() { stop(asio::error::operation_aborted); }

}  // namespace bearward::transport
