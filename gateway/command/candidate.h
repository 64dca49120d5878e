#pragma once

#include <memory>
#include <string>

#include "config/diagnostics.h"
#include "snapshot/snapshot.h"

namespace bearward::command {

inline constexpr int good = 0, answer_is_no = 1, could_not_run = 2;

/// The configuration of a command that sends and serves nothing (rehearsal/candidate). Null: its errors are on
/// standard error, and the command cannot run.
std::shared_ptr<const snapshot::Snapshot> load_candidate(const std::string& config_file);

void print_errors(const config::Diagnostics& diagnostics);

/// `bearward: WHAT` on standard error; returns `could_not_run`.
int cannot_run(const std::string& what);

}  // namespace bearward::command
