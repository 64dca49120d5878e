#include "command/candidate.h"

#include <iostream>

#include "rehearsal/candidate.h"

namespace bearward::command {

std::shared_ptr<const snapshot::Snapshot> load_candidate(const std::string& config_file) {
  config::Diagnostics diagnostics;
  auto snapshot = rehearsal::load_candidate(config_file, diagnostics);
  if (!snapshot) print_errors(diagnostics);
  return snapshot;
}

void print_errors(const config::Diagnostics& diagnostics) {
  for (const config::Finding& finding : diagnostics.sorted()) {
    if (finding.severity == config::Severity::error) std::cerr << finding.to_string() << '\n';
  }
}

int cannot_run(const std::string& what) {
  std::cerr << "bearward: " << what << '\n';
  return could_not_run;
}

}  // namespace bearward::command
