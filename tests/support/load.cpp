#include "support/load.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "support/gateway_process.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

constexpr std::size_t most_failures_kept = 10;

/// A connection that has been idle for so long may have been closed: every client that keeps connections looks.
constexpr std::chrono::milliseconds idle_before_a_look{500};

}  // namespace

Load::Load(std::uint16_t port, std::uint16_t tls_port, std::string request, Clients clients)
    : request_(std::move(request)) {
  for (int i = 0; i < clients.keeping + clients.connecting; ++i) {
    auto client = std::make_unique<Client>();
    client->tls = tls_port != 0 && i % 2 == 1;
    client->port = client->tls ? tls_port : port;
    client->connections = i < clients.keeping ? clients.kept_by_each : 0;
    clients_.push_back(std::move(client));
  }
  for (const auto& client : clients_) client->thread = std::thread([this, &client = *client] { run(client); });
}

void Load::run(Client& client) {
  std::vector<Connection> kept(static_cast<std::size_t>(std::max(1, client.connections)));
  while (!over_) {
    for (Connection& connection : kept) {
      if (over_) return;
      if (!exchange(client, connection)) return;
      if (client.connections == 0) connection.http = nullptr;
    }
  }
}

bool Load::exchange(Client& client, Connection& connection) {
  std::unique_ptr<HttpClient>& http = connection.http;
  const bool rested = std::chrono::steady_clock::now() - connection.used > idle_before_a_look;
  if (http && rested && http->wait_for_end(std::chrono::milliseconds(1)) != Ending::open) http = nullptr;
  try {
    if (!http && client.tls) {
      auto over_tls = std::make_unique<TlsClient>(client.port);
      if (!over_tls->connected()) fail("no handshake: " + over_tls->failure());
      http = std::move(over_tls);
    } else if (!http) {
      http = std::make_unique<RawClient>(client.port);
    }
  } catch (const std::runtime_error& refused) {
    if (refusal_expected_) {
      client.refused = true;
      return false;
    }
    fail(refused.what());
    return true;
  }
  const Response response = http->exchange(request_);
  if (response.status == 200 && response.complete) {
    ++client.good;
  } else {
    fail("status " + std::to_string(response.status) + (response.complete ? "" : ", not whole") + ", ending " +
         std::to_string(static_cast<int>(response.ending)) + (client.tls ? ", TLS" : "") +
         (client.connections == 0 ? ", a new connection" : ", a kept connection"));
  }
  const bool usable = response.complete && response.ending == Ending::open && response.field("Connection") != "close";
  if (!usable) http = nullptr;
  connection.used = std::chrono::steady_clock::now();
  return true;
}

void Load::fail(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (failures_.size() < most_failures_kept) failures_.push_back(what);
}

bool Load::goes_on(int count) const {
  std::vector<std::uint64_t> wanted;
  for (const auto& client : clients_) wanted.push_back(client->good + static_cast<std::uint64_t>(count));
  return eventually(
      [&] {
        for (std::size_t i = 0; i < clients_.size(); ++i) {
          if (clients_[i]->good < wanted[i]) return false;
        }
        return true;
      },
      patience * 3);
}

bool Load::wait_for_refusal() const {
  return eventually(
      [&] { return std::ranges::all_of(clients_, [](const auto& each) { return each->refused.load(); }); });
}

void Load::stop() {
  over_ = true;
  for (const auto& client : clients_) {
    if (client->thread.joinable()) client->thread.join();
  }
}

std::uint64_t Load::good() const {
  std::uint64_t all = 0;
  for (const auto& client : clients_) all += client->good;
  return all;
}

std::vector<std::string> Load::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

}  // namespace bearward::testing
