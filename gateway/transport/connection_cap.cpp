#include "transport/connection_cap.h"

#include <functional>
#include <string_view>

namespace bearward::transport {
namespace {

/// Whoever has an IPv6 address has the 2^64 of its network.
constexpr unsigned v6_network_bits = 64;

}  // namespace

std::size_t ConnectionCap::Hash::operator()(const IpAddress& address) const {
  // An attacker who makes addresses collide holds up who shares a part with him, by as many addresses as he has
  // connections: limits.connections bounds that.
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()});
}

bool ConnectionCap::Place::take_for(const IpAddress& peer) {
  const unsigned most = cap_->most_per_address_.load(std::memory_order_relaxed);
  if (most == 0) return true;
  const IpAddress network = peer.is_v4() ? peer : peer.masked(v6_network_bits);
  Part& part = cap_->part_of(network);
  const std::scoped_lock lock(part.mutex);
  unsigned& open = part.open[network];
  if (open >= most) return false;
  ++open;
  network_ = network;
  return true;
}

ConnectionCap::Place::~Place() {
  if (cap_ == nullptr) return;
  cap_->open_.fetch_sub(1, std::memory_order_relaxed);
  if (!network_) return;
  Part& part = cap_->part_of(*network_);
  const std::scoped_lock lock(part.mutex);
  const auto counted = part.open.find(*network_);
  if (--counted->second == 0) part.open.erase(counted);
}

}  // namespace bearward::transport
