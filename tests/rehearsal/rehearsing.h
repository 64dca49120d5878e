#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "config/loading.h"
#include "rehearsal/judge.h"
#include "rehearsal/run_route_tests.h"
#include "snapshot/build_snapshot.h"

namespace bearward::rehearsal {

inline const UnixTime noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + std::chrono::hours{12}};

/// A snapshot of one policy file, policy.yaml, with upstreams `legacy` and `other`. `settings` are further
/// keys of gateway.yaml. Null, with a failed test, when something is wrong with them.
inline std::shared_ptr<const snapshot::Snapshot> snapshot_of(const std::string& policy,
                                                             const std::string& settings = "") {
  config::test::World world = config::test::small_world();
  world.files["/etc/bearward/policy.yaml"] = policy;
  world.files["/etc/bearward/gateway.yaml"] =
      "listeners: [{name: plain, address: 127.0.0.1:8080}]\n"
      "tokens: {issuer: i, audience: a, signing_keys: [{kid: k, algorithm: HS256, secret: \"${SECRET}\"}]}\n"
      "users: {store: sqlite:users.db}\n"
      "upstreams: {legacy: {targets: http://127.0.0.1:9000}, other: {targets: http://127.0.0.1:9001}}\n"
      "policies: policy.yaml\n" +
      settings;
  config::Diagnostics diagnostics;
  const config::Sources sources = world.sources();
  config::Config config = config::load("/etc/bearward/gateway.yaml", sources, diagnostics);
  auto snapshot = snapshot::build_snapshot(std::move(config), sources.read_file, diagnostics);
  for (const config::Finding& finding : diagnostics.sorted()) {
    if (finding.severity == config::Severity::error) ADD_FAILURE() << finding.to_string();
  }
  return snapshot;
}

/// `text` without the folder of the configuration.
inline std::string without_folder(std::string text) {
  constexpr std::string_view folder = "/etc/bearward/";
  for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder))
    text.erase(at, folder.size());
  return text;
}

}  // namespace bearward::rehearsal
