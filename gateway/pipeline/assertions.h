#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "identity/principal.h"
#include "pipeline/authorize.h"
#include "token/assertion.h"

namespace bearward::pipeline {

/// The assertions of a worker: signed when needed, and used again for the same caller at the same route until
/// half of their life is over, so that signing is no part of most requests. One thread.
class Assertions {
 public:
  /// The value of the route's assertion field; empty where it has none, or nobody has authenticated. `signer` is
  /// that of the route's snapshot.
  std::string of(const Permit& permit, const token::AssertionSigner* signer, UnixTime now);

  /// After a reload: other keys may sign, and a route of old may be gone.
  void forget() { kept_.clear(); }

 private:
  /// Callers that share a slot displace each other: the bound of this cache is its size.
  static constexpr std::size_t slots = 1024;  // a power of two

  struct Kept {
    identity::Principal principal;  // held, so that comparing its pointers is enough
    const policy::Route* route = nullptr;
    UnixTime good_until;
    std::string assertion;
  };

  std::vector<Kept> kept_;  // empty until the first is signed
};

}  // namespace bearward::pipeline
