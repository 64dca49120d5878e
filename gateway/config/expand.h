#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bearward::config {

struct Expansion {
  std::string text;
  bool from_environment = false;  // a ${NAME} in it was replaced by the environment's value
  bool from_default = false;      // a ${NAME:-default} in it was replaced by its default
};

using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Replaces ${NAME} and ${NAME:-default} (the default also where NAME is set but empty, as a shell does);
/// $${ stands for a plain ${. What is put in is not looked at again. The error is a message that quotes
/// names only, never a value or a default.
Result<Expansion, std::string> expand(std::string_view text, const Environment& environment);

}  // namespace bearward::config
