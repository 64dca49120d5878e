#pragma once

#include <span>
#include <string>
#include <string_view>

namespace bearward::config {

/// `; did you mean "x"?` for the closest of `expected` that one or two slips of the keyboard (a letter
/// too many, too few, changed, or two swapped) turn into `found`; "" when none is that close.
std::string suggest(std::string_view found, std::span<const std::string_view> expected);

}  // namespace bearward::config
