#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/ip_network.h"

namespace bearward::transport {

/// The connections of the whole process, for `limits.connections` and `limits.connections_per_address`: shared by
/// all workers, and touched once a connection. What it remembers is bounded by the connections that are open.
class ConnectionCap {
 public:
  /// A connection that is counted for as long as this lives.
  class Place {
   public:
    Place(Place&& other) noexcept
        : cap_(std::exchange(other.cap_, nullptr)), network_(std::exchange(other.network_, std::nullopt)) {}
    Place& operator=(Place&&) = delete;
    ~Place();

    /// Counts it for its peer's address too, once that is known. False: that address has as many as it may.
    bool take_for(const IpAddress& peer);

   private:
    friend class ConnectionCap;
    explicit Place(ConnectionCap& cap) : cap_(&cap) {}

    ConnectionCap* cap_;
    std::optional<IpAddress> network_;  // that it is counted for
  };

  explicit ConnectionCap(unsigned most = 0) : most_(most) {}

  /// `most_per_address` 0: any number. What is open already stays.
  void set(unsigned most, unsigned most_per_address) {
    most_ = most;
    most_per_address_ = most_per_address;
  }

  /// Why a connection was closed before anything was read from it, or no more than its PROXY header.
  enum class Closed { per_address, proxy_protocol };
  void count(Closed why) { closed_[static_cast<std::size_t>(why)].fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t closed(Closed why) const {
    return closed_[static_cast<std::size_t>(why)].load(std::memory_order_relaxed);
  }
  /// Since the start.
  std::uint64_t accepted() const { return accepted_.load(std::memory_order_relaxed); }

  /// Whether or not it is full: the connection is there already.
  Place take_place() {
    open_.fetch_add(1, std::memory_order_relaxed);
    accepted_.fetch_add(1, std::memory_order_relaxed);
    return Place(*this);
  }
  bool full() const { return open() >= most(); }
  unsigned open() const { return open_.load(std::memory_order_relaxed); }
  unsigned most() const { return most_.load(std::memory_order_relaxed); }

  /// A listener that is full and has no idle connection on its own worker wishes for one of another's; the first
  /// worker that closes one settles it, or the listener, when it has found room.
  void wish_for_idle() { idle_wished_.store(true, std::memory_order_relaxed); }
  bool idle_wished() const { return idle_wished_.load(std::memory_order_relaxed); }
  void settle_wish() {
    if (idle_wished()) idle_wished_.store(false, std::memory_order_relaxed);
  }

 private:
  struct Hash {
    std::size_t operator()(const IpAddress& address) const;
  };
  struct Part {
    std::mutex mutex;
    std::unordered_map<IpAddress, unsigned, Hash> open;
  };

  Part& part_of(const IpAddress& network) { return parts_[Hash{}(network) % parts_.size()]; }

  std::atomic<unsigned> open_{0};
  std::atomic<unsigned> most_;
  std::atomic<std::uint64_t> accepted_{0};
  std::array<std::atomic<std::uint64_t>, 2> closed_{};
  std::atomic<unsigned> most_per_address_{0};
  std::atomic<bool> idle_wished_{false};
  std::array<Part, 64> parts_;
};

}  // namespace bearward::transport
