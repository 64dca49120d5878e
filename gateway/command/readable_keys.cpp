#include "command/readable_keys.h"

#include <filesystem>

namespace bearward::command {
namespace {

void look_at(const std::string& path, const config::Place& place, config::Diagnostics& diagnostics) {
  std::error_code error;
  const std::filesystem::perms allowed = std::filesystem::status(path, error).permissions();
  if (error || (allowed & std::filesystem::perms::others_read) == std::filesystem::perms::none) return;
  diagnostics.warning(place, "every user of this machine can read the key in " + path + "; chmod o-rwx it");
}

}  // namespace

void warn_of_readable_keys(const config::Config& config, config::Diagnostics& diagnostics) {
  for (const config::Listener& listener : config.listeners) {
    if (!listener.tls) continue;
    for (const config::Certificate& each : listener.tls->certificates)
      look_at(each.private_key, each.place, diagnostics);
    const config::SessionTickets& tickets = listener.tls->session_tickets;
    for (const std::string& key : tickets.keys) look_at(key, tickets.place, diagnostics);
  }
  for (const config::SigningKey& key : config.tokens.signing_keys) {
    if (!key.private_key.empty()) look_at(key.private_key, key.place, diagnostics);
  }
}

}  // namespace bearward::command
