#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/place.h"

namespace bearward::config {

enum class Severity { error, warning };

struct Finding {
  Severity severity;
  Place place;
  std::string message;  // what is wrong; what to do. Lower case, no full stop, never a secret's value

  /// `FILE:LINE:COLUMN: error: MESSAGE`
  std::string to_string() const;
};

/// Collects every mistake of a configuration, so that one run shows them all.
class Diagnostics {
 public:
  /// Nobody reads more, and a file of a million unknown keys must not cost a million messages.
  static constexpr std::size_t most_findings = 1'000;

  void error(const Place& place, std::string message);
  void warning(const Place& place, std::string message);

  bool has_errors() const { return errors_ != 0; }
  std::size_t errors() const { return errors_; }
  /// How many findings came after `most_findings` and were only counted.
  std::size_t omitted() const { return omitted_; }
  /// By file, line and column, errors before warnings at one place.
  std::vector<Finding> sorted() const;

 private:
  void keep(Finding finding);

  std::vector<Finding> found_;
  std::size_t errors_ = 0;
  std::size_t omitted_ = 0;
};

}  // namespace bearward::config
