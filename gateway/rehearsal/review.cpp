#include "rehearsal/review.h"

#include <algorithm>
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

bool asks_for_certificates(const config::Listener& listener) {
  return listener.tls && !listener.tls->client_certificates.authorities.empty();
}

/// What hangs on client certificates, where no listener asks for any.
void review_client_certificates(const snapshot::Snapshot& snapshot, config::Diagnostics& diagnostics) {
  if (std::ranges::any_of(snapshot.config.listeners, asks_for_certificates)) return;
  constexpr std::string_view advice =
      ", and no listener asks clients for one; set tls.client_certificates of a listener";
  for (const policy::Route& route : snapshot.routes.routes()) {
    if (!route.access.takes_certificate()) continue;
    diagnostics.warning(route.place,
                        "the route \"" + route.name + "\" takes client certificates" + std::string(advice));
  }
  if (snapshot.config.tokens.certificate_bound != config::CertificateBound::never)
    diagnostics.warning(snapshot.config.tokens.place,
                        "certificate_bound hangs on client certificates" + std::string(advice));
}

}  // namespace

void review(const snapshot::Snapshot& snapshot, config::Diagnostics& diagnostics) {
  review_upstreams(snapshot, diagnostics);
  review_client_certificates(snapshot, diagnostics);
  review_routes(snapshot, diagnostics);
  review_scopes(snapshot, diagnostics);
}

}  // namespace bearward::rehearsal
