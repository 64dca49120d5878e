#pragma once

#include <string>
#include <string_view>

namespace bearward::config {

/// `text` in quotes as a message may show it: cut when long, control characters and the user part of a
/// URL replaced.
std::string in_quotes(std::string_view text);

/// U+0000..U+001F and DEL: in no path, name or field value.
bool has_control_character(std::string_view text);

}  // namespace bearward::config
