#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/upstreams.h"
#include "crypto/client_tls_context.h"

namespace bearward::upstream {

/// Where a target can be reached, in the order to try.
using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

/// How an upstream's `https://` targets prove who they are.
struct ClientTls {
  std::shared_ptr<const crypto::ClientTlsContext> context;
  std::string server_name;  // empty: the target's own
  std::string fingerprint;  // of all that made it: a reload that changes nothing keeps connections
};

/// One server of an upstream as the whole process sees it: shared by the workers, the control thread and the
/// snapshots of reloads that leave it as it is. What requests read is atomic and seldom written.
///
/// A target is taken out in two ways. It is *down* when health checks say so, until they say otherwise. It
/// is *ejected* when requests to it fail in a row: it comes back by itself, after a time that doubles with
/// each ejection, and slowly, with a tenth of its share at first. In that time one failure ejects it again.
class Target {
 public:
  static constexpr unsigned most_failures = 5;
  static constexpr std::chrono::seconds first_ejection{5};
  static constexpr std::chrono::seconds longest_ejection{300};
  static constexpr std::chrono::seconds slow_return{10};

  /// `tls` is for an `https://` target alone.
  explicit Target(const config::Target& settings, std::shared_ptr<const ClientTls> tls = nullptr);
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  const std::string& host() const { return host_; }
  std::uint16_t port() const { return port_; }
  /// Null: in clear text.
  const ClientTls* tls() const { return tls_.get(); }
  /// `http://HOST:PORT`: what the log calls it, and which target of a running gateway it is after a reload.
  const std::string& url() const { return url_; }
  /// The same in every process: `balance: hash` finds the same target on every node.
  std::uint64_t hash() const { return hash_; }

  bool healthy() const { return healthy_.load(std::memory_order_relaxed); }
  /// What health checks say. True when it is news. One that was down comes back slowly.
  bool set_healthy(bool healthy, SteadyTime now);

  /// How much of its share it takes: 0 while it is ejected, less than 1 while it comes back.
  double share(SteadyTime now) const;
  bool ejected(SteadyTime now) const { return now < back_at(); }

  void note_success() {
    if (failures_.load(std::memory_order_relaxed) != 0) failures_.store(0, std::memory_order_relaxed);
  }
  /// True when it has failed often enough to be ejected.
  bool note_failure(SteadyTime now);
  /// For how long.
  std::chrono::milliseconds eject(SteadyTime now);

  /// True at most once a second: a server that is down must not fill the log.
  bool may_log(SteadyTime now);

  /// Its name is an address: nothing to look up.
  bool is_address() const { return is_address_; }
  /// Null until its name has been looked up. The lock is taken where a connection is opened, no oftener.
  std::shared_ptr<const Endpoints> endpoints() const;
  /// What its name stands for now. The last ones stay where `found` is empty.
  void set_addresses(const std::vector<boost::asio::ip::address>& found);
  /// Changes with the endpoints: connections to others are then of no more use.
  unsigned endpoints_version() const { return endpoints_version_.load(std::memory_order_relaxed); }
  /// The one of the endpoints that answered last: where to begin.
  std::atomic<std::size_t> first_endpoint{0};

 private:
  SteadyTime back_at() const { return SteadyTime{SteadyTime::duration{back_at_.load(std::memory_order_relaxed)}}; }

  const std::string host_;
  const std::uint16_t port_;
  const std::shared_ptr<const ClientTls> tls_;
  const std::string url_;
  const std::uint64_t hash_;
  bool is_address_ = false;

  std::atomic<bool> healthy_{true};
  std::atomic<unsigned> failures_{0};   // in a row
  std::atomic<unsigned> ejections_{0};  // without a long good time in between
  std::atomic<SteadyTime::rep> back_at_;
  std::atomic<SteadyTime::rep> logged_at_;

  mutable std::mutex mutex_;  // of endpoints_
  std::shared_ptr<const Endpoints> endpoints_;
  std::atomic<unsigned> endpoints_version_{0};
};

}  // namespace bearward::upstream
