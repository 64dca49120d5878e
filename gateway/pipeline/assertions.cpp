#include "pipeline/assertions.h"

#include <functional>

namespace bearward::pipeline {

std::string Assertions::of(const Permit& permit, const token::AssertionSigner* signer, UnixTime now) {
  const policy::Route& route = permit.route();
  const identity::Principal& principal = permit.principal();
  if (!route.assertion || principal.anonymous() || signer == nullptr) return {};
  if (kept_.empty()) kept_.resize(slots);
  const std::size_t mixed = std::hash<const void*>{}(principal.token.get()) ^ std::hash<const void*>{}(&route) * 31;
  Kept& kept = kept_[(mixed ^ mixed >> 12) & (slots - 1)];
  const bool same = kept.route == &route && kept.principal.token == principal.token &&
                    kept.principal.user == principal.user && now < kept.good_until;
  if (!same) {
    const auto& [header, ttl, audience, place] = *route.assertion;
    kept = {principal, &route, now + ttl / 2, signer->sign(principal, audience, ttl, now)};
  }
  return kept.assertion;
}

}  // namespace bearward::pipeline
