#include "rehearsal/review.h"

#include <unordered_set>

#include "rehearsal/review_routes.h"
#include "rehearsal/review_scopes.h"

namespace bearward::rehearsal {
namespace {

void review_upstreams(const snapshot::Snapshot& snapshot, config::Diagnostics& diagnostics) {
  std::unordered_set<std::string_view> used;
  for (const policy::Route& route : snapshot.routes.routes()) used.insert(route.upstream);
  for (const config::Upstream& upstream : snapshot.config.upstreams) {
    if (used.contains(upstream.name)) continue;
    diagnostics.warning(upstream.place, "no route uses the upstream \"" + upstream.name + "\"; remove it");
  }
}

}  // namespace

void review(const snapshot::Snapshot& snapshot, config::Diagnostics& diagnostics) {
  review_upstreams(snapshot, diagnostics);
  review_routes(snapshot, diagnostics);
  review_scopes(snapshot, diagnostics);
}

}  // namespace bearward::rehearsal
