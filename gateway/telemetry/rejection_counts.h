#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace bearward::telemetry {

/// What a worker has refused requests for since its start, by the step that refused and its reason: words of the
/// code, never of a client, and few. Its thread alone counts, any may read: the lock is the worker's own, and free
/// except while somebody reads.
class RejectionCounts {
 public:
  struct InOrder {
    using is_transparent = void;
    using Words = std::pair<std::string_view, std::string_view>;
    bool operator()(const Words& left, const Words& right) const { return left < right; }
  };
  /// By step and reason.
  using Times = std::map<std::pair<std::string, std::string>, std::uint64_t, InOrder>;

  void count(std::string_view step, std::string_view reason);
  void add_to(Times& sum) const;

 private:
  mutable std::mutex mutex_;
  Times times_;
};

}  // namespace bearward::telemetry
