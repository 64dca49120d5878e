#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <vector>

#include "async/coarse_timer.h"
#include "base/result.h"
#include "config/upstreams.h"
#include "transport/buffer_pool.h"
#include "transport/http1_client.h"

namespace bearward::upstream {

/// One worker's connections to one upstream: those that idle, and how to open another. Targets are taken
/// in turn. Lives as long as a connection of it is leased, so a reload cuts nothing. One thread.
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  Pool(Executor executor, async::CoarseTimer& timer, transport::BufferPool& buffers, config::Upstream settings);

  /// A connection for one exchange. Goes back to the pool when it is destroyed, if it is still good.
  class Lease {
   public:
    Lease() = default;
    Lease(std::shared_ptr<Pool> pool, std::size_t target, std::unique_ptr<transport::Http1Client> client, bool reused)
        : pool_(std::move(pool)), target_(target), client_(std::move(client)), reused_(reused) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { release(); }

    transport::Http1Client& operator*() const { return *client_; }
    transport::Http1Client* operator->() const { return client_.get(); }
    /// It served another exchange before: the upstream may have closed it in this very moment.
    bool reused() const { return reused_; }
    /// The connection is closed, never pooled.
    void discard() { client_.reset(); }

   private:
    void release();

    std::shared_ptr<Pool> pool_;
    std::size_t target_ = 0;
    std::unique_ptr<transport::Http1Client> client_;
    bool reused_ = false;
  };

  /// An idle connection that is still usable, or a new one. `fresh`: a new one in any case. The error is
  /// that of the last target tried; `timed_out` when it did not answer within `connect_timeout`, by default the
  /// upstream's.
  Task<Result<Lease>> take(bool fresh, std::optional<std::chrono::milliseconds> connect_timeout = {});

  /// Closes idle connections that the upstream has closed, or sent bytes on. Called now and then: a quiet
  /// gateway would hold their descriptors for ever.
  void drop_dead();

  const config::Upstream& settings() const { return settings_; }
  /// `host:port` for a request that names no host itself.
  const std::string& default_host() const { return default_host_; }
  std::size_t idle() const;

 private:
  struct Target {
    config::Target address;
    std::vector<std::unique_ptr<transport::Http1Client>> idle;  // the last used comes first
  };

  std::unique_ptr<transport::Http1Client> take_idle(Target& target);
  Task<Result<std::unique_ptr<transport::Http1Client>>> connect(const config::Target& target,
                                                                std::chrono::milliseconds limit);
  Task<Result<Socket>> open(const boost::asio::ip::tcp::endpoint& endpoint, std::chrono::milliseconds limit);
  void give_back(std::size_t target, std::unique_ptr<transport::Http1Client> client);

  Executor executor_;
  async::CoarseTimer& timer_;
  transport::BufferPool& buffers_;
  config::Upstream settings_;
  std::string default_host_;
  std::vector<Target> targets_;
  std::size_t next_target_ = 0;
  std::size_t idle_ = 0;
};

}  // namespace bearward::upstream
