#pragma once

#include <cstdint>

namespace bearward::testing {

/// A TCP port of 127.0.0.1 that nobody listens on at this moment; another one each time.
std::uint16_t free_port();

}  // namespace bearward::testing
