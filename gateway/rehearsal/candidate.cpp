#include "rehearsal/candidate.h"

#include "config/load.h"
#include "snapshot/build_snapshot.h"

namespace bearward::rehearsal {

std::shared_ptr<const snapshot::Snapshot> load_candidate(const std::string& file, config::Diagnostics& diagnostics) {
  const config::Sources sources = config::system_sources();
  config::Config config = config::load(file, sources, diagnostics);
  if (diagnostics.has_errors()) return nullptr;
  const std::vector<config::Listener> listeners = config.listeners;
  for (config::Listener& listener : config.listeners) listener.tls.reset();
  const auto snapshot = snapshot::build_snapshot(std::move(config), sources.read_file, diagnostics);
  if (snapshot) snapshot->config.listeners = listeners;
  return snapshot;
}

}  // namespace bearward::rehearsal
