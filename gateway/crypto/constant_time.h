#pragma once

#include <string_view>

namespace bearward::crypto {

/// True when both are the same bytes. The time taken tells the lengths, never where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace bearward::crypto
