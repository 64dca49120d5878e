#include "upstream/group.h"

#include <algorithm>

#include "telemetry/log.h"

namespace bearward::upstream {
namespace {

RequestCap::Limits cap_limits(const config::Upstream& settings) {
  return {settings.max_requests, settings.queue.length, settings.queue.timeout};
}

bool is_same(const Target& a, const Target& b) {
  const auto fingerprint = [](const Target& target) { return target.tls() ? target.tls()->fingerprint : ""; };
  return a.url() == b.url() && fingerprint(a) == fingerprint(b);
}

}  // namespace

Group::Group(config::Upstream settings, const std::shared_ptr<const ClientTls>& tls) : settings_(std::move(settings)) {
  for (const config::Target& target : settings_.targets) targets_.push_back(std::make_shared<Target>(target, tls));
  if (settings_.max_requests != 0) cap_ = std::make_shared<RequestCap>(cap_limits(settings_));
  if (settings_.targets.empty()) return;  // of a configuration with mistakes: nobody serves that
  const config::Target& first = settings_.targets.front();
  const bool is_v6 = first.host.find(':') != std::string::npos;
  default_host_ = is_v6 ? "[" + first.host + "]" : first.host;
  if (first.port != (first.tls ? 443 : 80)) default_host_ += ":" + std::to_string(first.port);
}

void Group::adopt(const Group& running) {
  for (std::shared_ptr<Target>& target : targets_) {
    const auto known =
        std::ranges::find_if(running.targets_, [&](const auto& each) { return is_same(*each, *target); });
    if (known != running.targets_.end()) target = *known;
  }
  if (!cap_ || !running.cap_) return;
  cap_ = running.cap_;
  cap_->set_limits(cap_limits(settings_));
}

void Group::note_failure(Target& target, SteadyTime now) const {
  if (!target.note_failure(now)) return;
  const auto ejected =
      static_cast<std::size_t>(std::ranges::count_if(targets_, [now](const auto& each) { return each->ejected(now); }));
  // Two workers may both find room for one more at once; Balancer looks past passive marks when all have one.
  if ((ejected + 1) * 2 > targets_.size()) return;
  const std::chrono::milliseconds duration = target.eject(now);
  telemetry::log(telemetry::Level::warning, "upstream {}: {} failed repeatedly; ejected for {} s", settings_.name,
                 target.url(), duration.count() / 1000);
}

Groups adopt(const Groups& next, const Groups& running) {
  Groups result;
  for (const auto& each : next) {
    auto group = std::make_shared<Group>(*each);
    for (const auto& old : running) {
      if (old->settings().name == each->settings().name) group->adopt(*old);
    }
    result.push_back(std::move(group));
  }
  return result;
}

std::size_t Group::healthy() const {
  return static_cast<std::size_t>(std::ranges::count_if(targets_, [](const auto& each) { return each->healthy(); }));
}

}  // namespace bearward::upstream
