#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "upstream/connect.h"

namespace bearward::upstream {

/// One worker's connections to one target: those that idle, and how many are in use. Lives as long as one is
/// leased and survives reloads that leave its target as it is. One thread.
class Connections : public std::enable_shared_from_this<Connections> {
 public:
  Connections(Thread thread, std::shared_ptr<Target> target) : thread_(thread), target_(std::move(target)) {}

  /// A connection for one exchange. Goes back when this is destroyed, if it is still good.
  class Lease {
   public:
    Lease() = default;
    Lease(std::shared_ptr<Connections> home, transport::Http1Client::Owned client, bool reused)
        : home_(std::move(home)), client_(std::move(client)), reused_(reused) {
      ++home_->in_flight_;
    }
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { release(); }

    transport::Http1Client& operator*() const { return *client_; }
    transport::Http1Client* operator->() const { return client_.get(); }
    Target& target() const { return *home_->target_; }
    /// It served another exchange before: the upstream may have closed it in this very moment.
    bool reused() const { return reused_; }
    /// The connection is closed, never kept.
    void discard() { client_.reset(); }

   private:
    void release();

    std::shared_ptr<Connections> home_;  // null: nothing is leased
    transport::Http1Client::Owned client_;
    bool reused_ = false;
  };

  Target& target() const { return *target_; }
  const std::shared_ptr<Target>& shared_target() const { return target_; }

  /// The idle connection that was used last, if it is still good; else nothing is leased.
  transport::Http1Client::Owned take_idle();
  Task<Result<transport::Http1Client::Owned, ConnectFailure>> open(std::chrono::milliseconds limit, SteadyTime until);

  /// No more than so many idle from now on; 0 when the target is gone for good.
  void keep_idle(std::size_t most);
  /// Closes idle connections that the target has closed, or sent bytes on, or whose address its name no
  /// longer stands for. Called now and then: a quiet gateway would hold their descriptors for ever.
  void drop_dead();

  std::size_t idle() const { return idle_.size(); }
  const unsigned& in_flight() const { return in_flight_; }

 private:
  static bool is_outdated(transport::Http1Client& client, const Endpoints& endpoints);

  Thread thread_;
  std::shared_ptr<Target> target_;
  std::vector<transport::Http1Client::Owned> idle_;  // the last used comes last
  std::size_t most_idle_ = 0;
  unsigned in_flight_ = 0;
  unsigned endpoints_version_ = 0;  // of the last drop_dead
};

}  // namespace bearward::upstream
