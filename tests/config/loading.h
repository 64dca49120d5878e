#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"

/// Loading without a disk: what a test writes is what the loader can see.
namespace bearward::config::test {

struct World {
  std::map<std::string, std::string> files;
  std::map<std::string, std::string> environment;
  std::vector<std::string> read;  // the files that were read, in their order

  Sources sources() {
    return {[this](const std::string& path) -> Result<std::string> {
              read.push_back(path);
              const auto found = files.find(path);
              if (found == files.end())
                return std::unexpected{make_error_code(boost::system::errc::no_such_file_or_directory)};
              return found->second;
            },
            [this](const std::string& pattern) { return matching(pattern); },
            [this](const std::string& name) -> std::optional<std::string> {
              const auto found = environment.find(name);
              if (found == environment.end()) return std::nullopt;
              return found->second;
            }};
  }

 private:
  /// `folder/*.yaml` only, which is all that the tests ask for.
  std::vector<std::string> matching(const std::string& pattern) const {
    const std::size_t star = pattern.find('*');
    std::vector<std::string> found;
    for (const auto& [path, content] : files) {
      if (path.starts_with(pattern.substr(0, star)) && path.ends_with(pattern.substr(star + 1))) found.push_back(path);
    }
    return found;
  }
};

struct Loaded {
  Config config;
  std::vector<std::string> findings;  // `LINE:COLUMN: error: MESSAGE`, of other files with FILE: in front
};

inline Loaded load(World& world, const std::string& file = "/etc/bearward/gateway.yaml") {
  Diagnostics diagnostics;
  const Sources sources = world.sources();
  Loaded loaded;
  loaded.config = config::load(file, sources, diagnostics);
  for (const Finding& finding : diagnostics.sorted()) {
    std::string text = finding.to_string();
    if (finding.place.file == file) text.erase(0, file.size() + 1);
    loaded.findings.push_back(std::move(text));
  }
  return loaded;
}

/// Without the list of all keys that a message about an unknown one has: it grows with each feature.
inline std::vector<std::string> without_lists_of_keys(std::vector<std::string> findings) {
  for (std::string& finding : findings) {
    const std::size_t from = finding.find(", expected name, match, ");
    if (from != std::string::npos) finding.erase(from, finding.find(';', from) - from);
  }
  return findings;
}

/// A world where little is needed: one PEM file, two secrets, one empty policy file.
inline World small_world() {
  World world;
  world.files = {{"/etc/bearward/edge.pem", "-----BEGIN CERTIFICATE-----\n"},
                 {"/etc/bearward/secret.txt", "a secret of a file that is long enough\n"},
                 {"/etc/bearward/none.yaml", "routes: []\n"}};
  world.environment = {{"SECRET", "a secret of the environment, long enough"}, {"EMPTY", ""}, {"WORKERS", "3"}};
  return world;
}

/// Loads gateway.yaml of `snippet` and, after it, of what a configuration cannot be without: the lines of
/// the snippet are those of the file.
inline Loaded load_snippet(std::string snippet) {
  const auto names = [&](std::string_view key) {
    return snippet.starts_with(key) || snippet.find("\n" + std::string{key}) != std::string::npos;
  };
  if (!snippet.ends_with('\n')) snippet += '\n';
  if (!names("listeners:")) snippet += "listeners: [{name: plain, address: 127.0.0.1:8080}]\n";
  if (!names("policies:")) snippet += "policies: none.yaml\n";
  World world = small_world();
  world.files["/etc/bearward/gateway.yaml"] = snippet;
  return load(world);
}

/// Loads one policy file, `policy.yaml`.
inline Loaded load_policy(const std::string& policy) {
  World world = small_world();
  world.files["/etc/bearward/policy.yaml"] = policy;
  world.files["/etc/bearward/gateway.yaml"] =
      "listeners: [{name: plain, address: 127.0.0.1:8080}]\n"
      "tokens: {issuer: i, audience: a, signing_keys: [{kid: k, algorithm: HS256, secret: \"${SECRET}\"}]}\n"
      "users: {store: sqlite:users.db}\n"
      "upstreams: {legacy: {targets: http://127.0.0.1:9000}}\n"
      "policies: policy.yaml\n";
  Loaded loaded = load(world);
  constexpr std::string_view prefix = "/etc/bearward/policy.yaml:";
  for (std::string& finding : loaded.findings) {
    if (finding.starts_with(prefix)) finding.erase(0, prefix.size());
  }
  return loaded;
}

/// A snippet and everything that is said of it.
struct Mistake {
  const char* sentence;
  const char* yaml;
  std::vector<std::string> findings;
};

}  // namespace bearward::config::test
