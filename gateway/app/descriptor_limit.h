#pragma once

#include <cstdint>

namespace bearward::app {

/// How many descriptors this process may have open. The first call asks for all that the system grants.
std::uint64_t descriptor_limit();

/// How many of `wanted` connections of clients so many descriptors hold: each with one to an upstream, and some for
/// listeners, the store, Redis, logs and threads.
unsigned connections_that_fit(unsigned wanted, std::uint64_t descriptors);

}  // namespace bearward::app
