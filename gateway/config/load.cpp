#include "config/load.h"

#include <filesystem>
#include <unordered_set>

#include "config/quote.h"
#include "config/sections.h"
#include "config/validate.h"
#include "config/yaml_tree.h"

namespace bearward::config {
namespace {

constexpr std::size_t most_policy_files = 1'000;
constexpr std::size_t most_policy_bytes = 64 * 1024 * 1024;

std::filesystem::path folder_of(const std::string& file) { return std::filesystem::path{file}.parent_path(); }

std::string absolute_path(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path result = std::filesystem::absolute(path, error);
  return (error ? path : result).lexically_normal().string();
}

class Loader {
 public:
  Loader(std::string file, const Sources& sources, Diagnostics& diagnostics)
      : sources_{sources},
        diagnostics_{diagnostics},
        origin_{file, absolute_path(folder_of(file).empty() ? "." : folder_of(file)), sources, diagnostics} {
    config_.file = absolute_path(file);
  }

  Config load() {
    const auto content = sources_.read_file(origin_.file);
    if (!content) {
      diagnostics_.error({origin_.file, 1, 1}, "cannot read the file: " + content.error().message());
      return std::move(config_);
    }
    const auto tree = parse_yaml(origin_.file, *content, diagnostics_);
    if (!tree) return std::move(config_);
    const auto map = Value{*tree, origin_, "the configuration"}.map(gateway_section);
    if (!map) return std::move(config_);
    read_sections(*map);
    if (const auto policies = map->find("policies")) read_policies(*policies, map->key("policies"));
    if (!map->find("policies"))
      map->value().warning("no policies are named: every request gets 404; add policies: [policies/*.yaml]");
    validate(config_, whole_, diagnostics_);
    return std::move(config_);
  }

 private:
  void read_sections(const Map& map) {
    if (const auto value = map.find("listeners")) config_.listeners = read_listeners(*value);
    if (const auto value = map.find("admin")) config_.admin = read_admin(*value);
    if (const auto value = map.find("workers")) config_.workers = read_workers(*value);
    map.read_path("pid_file", config_.pid_file);
    if (const auto value = map.find("trusted_proxies")) config_.trusted_proxies = read_trusted_proxies(*value);
    if (const auto value = map.find("via")) config_.via = value->name().value_or(config_.via);
    if (const auto value = map.find("tokens"))
      whole_.tokens = without_error([&] { config_.tokens = read_tokens(*value); });
    if (const auto value = map.find("endpoints")) config_.endpoints = read_endpoints(*value);
    map.read_choice("compatibility", config_.compatibility);
    if (const auto value = map.find("clients")) config_.clients = read_clients(*value);
    if (const auto value = map.find("users")) whole_.users = without_error([&] { config_.users = read_users(*value); });
    if (const auto value = map.find("identity")) config_.identity = read_identity(*value);
    if (const auto value = map.find("upstreams")) config_.upstreams = read_upstreams(*value);
    if (const auto value = map.find("limits")) config_.limits = read_limits(*value);
    if (const auto value = map.find("log")) config_.log = read_log(*value);
    if (const auto value = map.find("cors")) config_.cors = read_cors(*value);
    if (const auto value = map.find("login_protection")) config_.login_protection = read_login_protection(*value);
  }

  bool without_error(const auto& read) {
    const std::size_t before = diagnostics_.errors();
    read();
    return diagnostics_.errors() == before;
  }

  void read_policies(const Value& value, const Key& key) {
    const auto patterns = value.one_or_more(key.form);
    if (!patterns) return;
    for (const Value& pattern : *patterns) {
      if (const auto text = pattern.text(key.form)) read_policies_matching(pattern, *text);
    }
  }

  void read_policies_matching(const Value& value, const std::string& pattern) {
    // Named as the operator would from where gateway.yaml was named: config/policies/orders.yaml.
    const std::string full = (folder_of(origin_.file) / pattern).lexically_normal().string();
    const bool is_pattern = pattern.find_first_of("*?[") != std::string::npos;
    const std::vector<std::string> files = is_pattern ? sources_.glob(full) : std::vector<std::string>{full};
    if (files.empty())
      value.warning("no file matches " + in_quotes(full) + ": it brings no route; add one, or remove the pattern");
    for (const std::string& file : files) {
      // Two patterns may name one file; its routes are read once.
      if (policy_files_.insert(file).second) read_policy(file, value, is_pattern);
    }
  }

  void read_policy(const std::string& file, const Value& named_by, bool is_pattern) {
    const Place start{file, 1, 1};
    if (policy_files_.size() > most_policy_files) {
      if (policy_files_.size() == most_policy_files + 1)
        named_by.error("found more than " + std::to_string(most_policy_files) +
                       " policy files, expected fewer; join them");
      return;
    }
    const auto content = sources_.read_file(file);
    if (!content) {
      const std::string message = "cannot read " + in_quotes(file) + ": " + content.error().message();
      is_pattern ? diagnostics_.error(start, message) : named_by.error(message);
      return;
    }
    policy_bytes_ += content->size();
    if (policy_bytes_ > most_policy_bytes) {
      diagnostics_.error(start, "found policy files of over 64 MiB together, expected less; this one was not read");
      return;
    }
    const Origin origin{file, absolute_path(folder_of(file)), sources_, diagnostics_};
    if (const auto tree = parse_yaml(file, *content, diagnostics_))
      read_policy_file(Value{*tree, origin, "a policy file"}, config_.routes, config_.route_tests);
  }

  const Sources& sources_;
  Diagnostics& diagnostics_;
  Origin origin_;
  Config config_;
  Whole whole_;
  std::unordered_set<std::string> policy_files_;
  std::size_t policy_bytes_ = 0;
};

}  // namespace

Config load(const std::string& file, const Sources& sources, Diagnostics& diagnostics) {
  return Loader{file, sources, diagnostics}.load();
}

}  // namespace bearward::config
