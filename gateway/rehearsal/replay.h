#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/recorded_request.h"
#include "snapshot/snapshot.h"

namespace bearward::rehearsal {

/// Requests of a log that a candidate would decide otherwise, in the same way.
struct ReplayChange {
  std::string before, after;              // allow, gateway or the status of the refusal
  std::string route_before, route_after;  // empty: none
  std::uint64_t requests = 0;
  std::vector<std::string> examples;  // the first few
};

/// Puts recorded requests to a candidate configuration, one line at a time.
class Replay {
 public:
  static constexpr std::size_t most_examples = 3;
  static constexpr std::size_t most_changes = 10'000;  // further ones are counted with the last

  explicit Replay(const snapshot::Snapshot& candidate) : candidate_(candidate) {}

  void add(std::string_view line);

  std::uint64_t judged() const { return judged_; }
  /// The widened first, then by how often.
  std::vector<ReplayChange> changes() const;
  /// Why lines were not judged, and how many.
  const std::map<std::string, std::uint64_t>& not_judged() const { return not_judged_; }

 private:
  void compare(const RecordedRequest& record, const Caller& caller, bool known_caller);
  void note(const RecordedRequest& record, const std::string& after, const std::string& route_after);

  const snapshot::Snapshot& candidate_;
  std::uint64_t judged_ = 0;
  std::map<std::string, ReplayChange> changes_;
  std::map<std::string, std::uint64_t> not_judged_;
};

}  // namespace bearward::rehearsal
