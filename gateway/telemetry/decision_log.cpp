#include "telemetry/decision_log.h"

#include <functional>

#include "base/moment.h"
#include "telemetry/log.h"

namespace bearward::telemetry {
namespace {

void append_member(std::string& json, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  json += json.size() == 1 ? "\"" : ",\"";
  json += name;
  json += "\":\"";
  append_json_escaped(json, value.substr(0, DecisionLog::longest_text));
  json += '"';
}

std::string to_json(const Decision& decision) {
  std::string json = "{";
  append_member(json, "request_id", decision.request_id);
  append_member(json, "time", to_text(decision.time));
  json += ",\"status\":" + std::to_string(decision.status);
  append_member(json, "client_ip", decision.client_ip);
  append_member(json, "method", decision.method);
  append_member(json, "host", decision.host);
  append_member(json, "path", decision.path);
  append_member(json, "user", decision.user);
  append_member(json, "route", decision.route);
  append_member(json, "step", decision.step);
  append_member(json, "reason", decision.reason);
  append_member(json, "condition", decision.condition);
  if (decision.shadow) json += ",\"shadow\":true";
  json += '}';
  return json;
}

void write_line(const Decision& decision) {
  if (!logs(Level::debug)) return;
  std::string line{decision.shadow ? "would refuse " : "refused "};
  line += std::to_string(decision.status) + " ";
  line += std::string(decision.step) + ":" + std::string(decision.reason);
  if (!decision.route.empty()) line += " route " + std::string(decision.route);
  if (!decision.condition.empty()) line += " by " + std::string(decision.condition);
  line += " id ";
  append_json_escaped(line, decision.request_id);
  write_log(Level::debug, line);
}

std::uint64_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

}  // namespace

void DecisionLog::add(const Decision& decision) {
  write_line(decision);
  const std::uint64_t hash = hash_of(decision.request_id);
  Entry entry{std::string(decision.request_id), to_json(decision)};
  const std::lock_guard lock(mutex_);
  if (entries_.size() < capacity_) {
    hashes_.push_back(hash);
    entries_.push_back(std::move(entry));
    return;
  }
  hashes_[next_] = hash;
  entries_[next_] = std::move(entry);
  next_ = (next_ + 1) % capacity_;
}

std::optional<std::string> DecisionLog::find(std::string_view request_id) const {
  const std::uint64_t hash = hash_of(request_id);
  const std::lock_guard lock(mutex_);
  // From the newest backwards: a trusted proxy may have given one id to several requests.
  for (std::size_t age = 0; age < entries_.size(); ++age) {
    const std::size_t at = (next_ + entries_.size() - 1 - age) % entries_.size();
    if (hashes_[at] == hash && entries_[at].request_id == request_id) return entries_[at].json;
  }
  return std::nullopt;
}

}  // namespace bearward::telemetry
