#pragma once

#include <cstddef>
#include <string_view>

namespace bearward {

/// Well-formed UTF-8 (RFC 3629 §3): no overlong form, no surrogate, nothing above U+10FFFF. The empty
/// text is; NUL and other control characters are too.
bool is_utf8(std::string_view text);

/// The length of the well-formed sequence that `text` starts with, 0 when it starts with none.
std::size_t utf8_sequence_length(std::string_view text);

}  // namespace bearward
