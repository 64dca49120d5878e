#include "upstream/connections.h"

#include <algorithm>

namespace bearward::upstream {

using transport::Http1Client;

Connections::Lease& Connections::Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  release();
  home_ = std::move(other.home_);
  client_ = std::move(other.client_);
  reused_ = other.reused_;
  return *this;
}

void Connections::Lease::release() {
  if (!home_) return;
  --home_->in_flight_;
  if (client_ && client_->may_be_kept() && home_->idle_.size() < home_->most_idle_) {
    home_->idle_.push_back(std::move(client_));
  }
  client_.reset();
  home_.reset();
}

Http1Client::Owned Connections::take_idle() {
  while (!idle_.empty()) {
    Http1Client::Owned client = std::move(idle_.back());
    idle_.pop_back();
    // Bytes that nobody asked for would be taken for the answer to this request.
    if (client->usable()) return client;
  }
  return nullptr;
}

Task<Result<Http1Client::Owned, ConnectFailure>> Connections::open(std::chrono::milliseconds limit, SteadyTime until) {
  return connect(thread_, *target_, limit, until);
}

void Connections::keep_idle(std::size_t most) {
  most_idle_ = most;
  if (idle_.size() > most) idle_.resize(most);
}

void Connections::drop_dead() {
  std::erase_if(idle_, [](const auto& client) { return !client->usable(); });
  const unsigned version = target_->endpoints_version();
  if (std::exchange(endpoints_version_, version) == version) return;
  const std::shared_ptr<const Endpoints> endpoints = target_->endpoints();
  if (endpoints) std::erase_if(idle_, [&](const auto& client) { return is_outdated(*client, *endpoints); });
}

bool Connections::is_outdated(Http1Client& client, const Endpoints& endpoints) {
  error_code error;
  const auto peer = client.socket().remote_endpoint(error);
  return error || std::ranges::find(endpoints, peer) == endpoints.end();
}

}  // namespace bearward::upstream
