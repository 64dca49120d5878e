#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>

#include "base/secret.h"

namespace bearward::command {

/// A token given as an argument, or on standard input where it is absent or `-`: other users of the machine see
/// arguments.
struct GivenToken {
  std::string argument;
  CLI::Option* option = nullptr;

  void add_to(CLI::App& command);
  bool given() const { return option != nullptr && option->count() != 0; }
  /// The argument as it is; of standard input the first line without its end, at most a little more than a token
  /// may be long.
  Secret read() const;
};

}  // namespace bearward::command
