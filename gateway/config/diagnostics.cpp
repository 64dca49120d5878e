#include "config/diagnostics.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace bearward::config {

std::string Finding::to_string() const {
  return place.file + ':' + std::to_string(place.line) + ':' + std::to_string(place.column) + ": " +
         (severity == Severity::error ? "error: " : "warning: ") + message;
}

void Diagnostics::error(const Place& place, std::string message) {
  ++errors_;
  keep({Severity::error, place, std::move(message)});
}

void Diagnostics::warning(const Place& place, std::string message) {
  keep({Severity::warning, place, std::move(message)});
}

void Diagnostics::keep(Finding finding) {
  if (found_.size() < most_findings) {
    found_.push_back(std::move(finding));
  } else {
    ++omitted_;
  }
}

std::vector<Finding> Diagnostics::sorted() const {
  const auto order = [](const Finding& finding) {
    return std::tie(finding.place.file, finding.place.line, finding.place.column, finding.severity);
  };
  std::vector<Finding> findings = found_;
  std::ranges::stable_sort(findings, [&](const Finding& a, const Finding& b) { return order(a) < order(b); });
  return findings;
}

}  // namespace bearward::config
