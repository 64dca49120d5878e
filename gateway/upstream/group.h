#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/upstreams.h"
#include "upstream/request_cap.h"
#include "upstream/target.h"

namespace bearward::upstream {

/// An upstream as the whole process sees it: its settings and its targets. A part of the snapshot, and like
/// that never changed; only what its targets know of themselves is.
class Group {
 public:
  explicit Group(config::Upstream settings, const std::shared_ptr<const ClientTls>& tls = nullptr);

  const config::Upstream& settings() const { return settings_; }
  /// In the order of settings().targets.
  const std::vector<std::shared_ptr<Target>>& targets() const { return targets_; }
  /// `host:port` for a request that names no host itself.
  const std::string& default_host() const { return default_host_; }

  /// Null: `max_requests` is not set.
  const std::shared_ptr<RequestCap>& cap() const { return cap_; }

  /// Takes over from `running`, an older version of this upstream, the targets that both have, and the
  /// count of requests in flight. Before this is shared.
  void adopt(const Group& running);

  /// A request to `target`, one of this group, failed through no fault of its own. Ejects it when that is one
  /// too many, save where fewer than half would be left: passive marks alone never take an upstream out.
  void note_failure(Target& target, SteadyTime now) const;

  std::size_t healthy() const;

 private:
  config::Upstream settings_;
  std::vector<std::shared_ptr<Target>> targets_;
  std::string default_host_;
  std::shared_ptr<RequestCap> cap_;
};

/// By index in Config::upstreams.
using Groups = std::vector<std::shared_ptr<const Group>>;

/// `next` with the targets that `running`, the groups before a reload, has too: what is known of them stays.
Groups adopt(const Groups& next, const Groups& running);

}  // namespace bearward::upstream
