#include "app/reload.h"

#include <algorithm>

#include "config/load.h"
#include "rehearsal/run_route_tests.h"
#include "snapshot/build_snapshot.h"

namespace bearward::app {
namespace {

bool same_address(const config::Address& a, const config::Address& b) { return a.host == b.host && a.port == b.port; }

bool same_redis(const std::optional<config::RedisServer>& a, const std::optional<config::RedisServer>& b) {
  if (!a || !b) return !a && !b;
  return a->host == b->host && a->port == b->port && a->database == b->database && a->username == b->username &&
         a->password.reveal() == b->password.reveal();
}

/// Sockets, threads and stores are made once: a reload that asks for others would be half done.
void refuse_what_needs_a_restart(const config::Config& running, const config::Config& wanted,
                                 config::Diagnostics& diagnostics) {
  constexpr std::string_view restart =
      " cannot change while the gateway runs; hand over to a new process (SIGUSR2) or restart it";
  const auto refuse = [&](const config::Place& place, std::string_view what) {
    diagnostics.error(place, std::string(what) + std::string(restart));
  };
  const config::Place whole{wanted.file, 1, 1};
  if (running.listeners.size() != wanted.listeners.size()) {
    refuse(whole, "the number of listeners");
  } else {
    for (std::size_t i = 0; i < wanted.listeners.size(); ++i) {
      const config::Listener& now = running.listeners[i];
      const config::Listener& next = wanted.listeners[i];
      if (!same_address(now.address, next.address) || now.tls.has_value() != next.tls.has_value()) {
        refuse(next.address.place, "the address of a listener, or whether it speaks TLS,");
      }
    }
  }
  if (running.admin.has_value() != wanted.admin.has_value() ||
      (wanted.admin && !same_address(*running.admin, *wanted.admin))) {
    refuse(wanted.admin ? wanted.admin->place : whole, "admin.address");
  }
  if (running.workers != wanted.workers) refuse(whole, "the number of workers");
  if (running.pid_file != wanted.pid_file) refuse(whole, "pid_file");
  const config::Users& users = wanted.users;
  if (running.users.sqlite_path != users.sqlite_path || !same_redis(running.users.redis, users.redis) ||
      running.users.ttl != users.ttl || running.users.local_ttl != users.local_ttl) {
    refuse(users.place, "the user store or its cache");
  }
  if (running.log.access != wanted.log.access || running.log.format != wanted.log.format ||
      running.log.level != wanted.log.level) {
    refuse(whole, "the log");
  }
}

}  // namespace

Loaded load_snapshot(const std::string& file, const snapshot::Snapshot* running) {
  config::Diagnostics diagnostics;
  Loaded loaded;
  const config::Sources sources = loaded.files.noting(config::system_sources());
  config::Config config = config::load(file, sources, diagnostics);
  if (running != nullptr && !diagnostics.has_errors()) {
    refuse_what_needs_a_restart(running->config, config, diagnostics);
  }
  loaded.snapshot = snapshot::build_snapshot(std::move(config), sources.read_file, diagnostics);
  if (loaded.snapshot) {
    loaded.snapshot->generation = running != nullptr ? running->generation + 1 : 1;
    rehearsal::report_failures(rehearsal::run_route_tests(*loaded.snapshot, unix_now()), diagnostics);
    // A test of the policies that fails is as good as an error in them.
    if (diagnostics.has_errors()) loaded.snapshot = nullptr;
  }
  if (loaded.snapshot && running != nullptr) {
    loaded.snapshot->upstreams = upstream::adopt(loaded.snapshot->upstreams, running->upstreams);
  }
  loaded.findings = diagnostics.sorted();
  return loaded;
}

}  // namespace bearward::app
