#pragma once

#include <string>
#include <string_view>

#include "config/diagnostics.h"

namespace bearward::config {

/// Is this text fit for a YAML parser: UTF-8 (RFC 3629), no control characters, lines that end in LF or
/// CRLF, no tab in the indentation, within YamlBounds. Reports the first offence of each kind.
bool check_yaml_text(const std::string& file, std::string_view text, Diagnostics& diagnostics);

}  // namespace bearward::config
