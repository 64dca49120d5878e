#include "upstream/pool.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <utility>

#include "transport/plain_stream.h"

namespace bearward::upstream {

using boost::asio::ip::tcp;
using transport::Http1Client;

Pool::Lease& Pool::Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  release();
  pool_ = std::move(other.pool_);
  target_ = other.target_;
  client_ = std::move(other.client_);
  reused_ = other.reused_;
  return *this;
}

void Pool::Lease::release() {
  if (client_) pool_->give_back(target_, std::move(client_));
}

Pool::Pool(Executor executor, async::CoarseTimer& timer, transport::BufferPool& buffers, config::Upstream settings)
    : executor_(executor), timer_(timer), buffers_(buffers), settings_(std::move(settings)) {
  for (const config::Target& target : settings_.targets) targets_.push_back({target, {}});
  const config::Target& first = settings_.targets.front();
  const bool is_v6 = first.host.find(':') != std::string::npos;
  default_host_ = is_v6 ? "[" + first.host + "]" : first.host;
  if (first.port != 80) default_host_ += ":" + std::to_string(first.port);
}

std::size_t Pool::idle() const { return idle_; }

std::unique_ptr<Http1Client> Pool::take_idle(Target& target) {
  while (!target.idle.empty()) {
    std::unique_ptr<Http1Client> client = std::move(target.idle.back());
    target.idle.pop_back();
    --idle_;
    // Bytes that nobody asked for would be taken for the answer to this request.
    if (client->usable()) return client;
  }
  return nullptr;
}

void Pool::drop_dead() {
  for (Target& target : targets_)
    idle_ -= std::erase_if(target.idle, [](const auto& client) { return !client->usable(); });
}

Task<Result<Pool::Lease>> Pool::take(bool fresh, std::optional<std::chrono::milliseconds> connect_timeout) {
  error_code last_error;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const std::size_t index = next_target_;
    next_target_ = next_target_ + 1 == targets_.size() ? 0 : next_target_ + 1;
    if (!fresh) {
      if (auto client = take_idle(targets_[index])) co_return Lease(shared_from_this(), index, std::move(client), true);
    }
    auto client = co_await connect(targets_[index].address, connect_timeout.value_or(settings_.connect_timeout));
    if (client) co_return Lease(shared_from_this(), index, std::move(*client), false);
    last_error = client.error();
  }
  co_return std::unexpected(last_error);
}

Task<Result<Socket>> Pool::open(const tcp::endpoint& endpoint, std::chrono::milliseconds limit) {
  Socket socket(executor_);
  async::SocketDeadline deadline(timer_, socket);
  deadline.arm(limit);
  auto [error] = co_await socket.async_connect(endpoint, use_task);
  if (deadline.expired()) co_return std::unexpected(error_code{asio::error::timed_out});
  if (error) co_return std::unexpected(error);
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  co_return socket;
}

Task<Result<std::unique_ptr<Http1Client>>> Pool::connect(const config::Target& target,
                                                         std::chrono::milliseconds limit) {
  error_code error;
  std::vector<tcp::endpoint> endpoints;
  const auto address = boost::asio::ip::make_address(target.host, error);
  if (!error) {
    endpoints.emplace_back(address, target.port);
  } else {
    boost::asio::ip::basic_resolver<tcp, Executor> resolver(executor_);
    auto [failed, found] = co_await resolver.async_resolve(target.host, std::to_string(target.port), use_task);
    if (failed) co_return std::unexpected(failed);
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  error = asio::error::host_not_found;
  for (const tcp::endpoint& endpoint : endpoints) {
    Result<Socket> socket = co_await open(endpoint, limit);
    if (!socket) {
      error = socket.error();
      continue;
    }
    auto stream = std::make_unique<transport::PlainStream>(std::move(*socket), timer_);
    co_return std::make_unique<Http1Client>(std::move(stream), buffers_);
  }
  co_return std::unexpected(error);
}

void Pool::give_back(std::size_t target, std::unique_ptr<Http1Client> client) {
  if (idle_ >= settings_.idle_connections || !client->may_be_kept()) return;
  targets_[target].idle.push_back(std::move(client));
  ++idle_;
}

}  // namespace bearward::upstream
