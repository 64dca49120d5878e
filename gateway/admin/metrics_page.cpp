#include "admin/metrics_page.h"

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/time.h"
#include "telemetry/shadow_refusals.h"

namespace bearward::admin {
namespace {

/// A page that is being written: a family of metrics, then its samples.
class Page {
 public:
  struct Label {
    std::string_view name;
    std::string_view value;
  };

  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ");
    text_.append(type).append("\n");
  }

  void sample(std::uint64_t value, std::initializer_list<Label> labels = {}) {
    text_ += name_;
    char separator = '{';
    for (const Label& label : labels) {
      text_ += separator;
      text_.append(label.name).append("=\"");
      append_escaped(label.value);
      text_ += '"';
      separator = ',';
    }
    if (labels.size() != 0) text_ += '}';
    text_ += ' ' + std::to_string(value) + '\n';
  }

  std::string take() { return std::move(text_); }

 private:
  void append_escaped(std::string_view value) {
    for (const char c : value) {
      if (c == '\\' || c == '"') text_ += '\\';
      text_ += c == '\n' ? std::string_view{"\\n"} : std::string_view{&c, 1};
    }
  }

  std::string text_;
  std::string_view name_;
};

void write_requests(const Metrics& metrics, Page& page) {
  page.family("bearward_responses_total", "counter", "Final responses to clients, by status class.");
  for (int i = 0; i < telemetry::ResponseCounts::classes; ++i) {
    page.sample(metrics.responses[static_cast<std::size_t>(i)], {{"class", std::to_string(i + 1) + "xx"}});
  }
  page.family("bearward_rejections_total", "counter", "Requests that were refused, by the step and its reason.");
  for (const auto& [words, times] : metrics.rejections) {
    page.sample(times, {{"step", words.first}, {"reason", words.second}});
  }
}

void write_connections(const Metrics& metrics, Page& page) {
  page.family("bearward_connections", "gauge", "Connections of clients that are open.");
  page.sample(metrics.connections_open);
  page.family("bearward_connections_limit", "gauge", "How many may be open.");
  page.sample(metrics.connections_limit);
  page.family("bearward_connections_accepted_total", "counter", "Connections of clients that were accepted.");
  page.sample(metrics.connections_accepted);
  page.family("bearward_connections_closed_total", "counter", "Connections closed before a request was read, by why.");
  page.sample(metrics.closed_per_address, {{"why", "connections_per_address"}});
  page.sample(metrics.closed_proxy_protocol, {{"why", "proxy_protocol"}});
  page.sample(metrics.handshake_failures, {{"why", "tls_handshake"}});
}

void write_shadow_refusals(const snapshot::Snapshot& snapshot, Page& page) {
  page.family("bearward_shadow_refusals_total", "counter", "Requests that a route in mode shadow would have refused.");
  for (const policy::Route& route : snapshot.routes.routes()) {
    if (route.mode == config::Mode::shadow) {
      page.sample(telemetry::shadow_refusals(route.name), {{"route", route.name}});
    }
  }
}

void write_targets(const snapshot::Snapshot& snapshot, Page& page) {
  page.family("bearward_upstream_target_up", "gauge", "1: health checks find the target well, or there are none.");
  for (const auto& group : snapshot.upstreams) {
    for (const auto& target : group->targets()) {
      page.sample(target->healthy() ? 1 : 0, {{"upstream", group->settings().name}, {"target", target->url()}});
    }
  }
  page.family("bearward_upstream_target_ejected", "gauge", "1: requests to the target failed; it is left out a while.");
  const SteadyTime now = steady_now();
  for (const auto& group : snapshot.upstreams) {
    for (const auto& target : group->targets()) {
      page.sample(target->ejected(now) ? 1 : 0, {{"upstream", group->settings().name}, {"target", target->url()}});
    }
  }
}

void write_configuration(const Metrics& metrics, const snapshot::Snapshot& snapshot, Page& page) {
  page.family("bearward_reloads_total", "counter",
              "Loads of the configuration since the start, by what became of them.");
  page.sample(metrics.reloads_taken, {{"result", "taken"}});
  page.sample(metrics.reloads_refused, {{"result", "refused"}});
  page.family("bearward_configuration_generation", "gauge",
              "Counts the configurations that have served; 1 is the first.");
  page.sample(snapshot.generation);
  page.family("bearward_build_info", "gauge", "1, with the version.");
  page.sample(1, {{"version", BEARWARD_VERSION}});
}

}  // namespace

http::Response answer_metrics(const TakeMetrics& take, const Running& running) {
  const Metrics metrics = take();
  const std::shared_ptr<const snapshot::Snapshot> snapshot = running();
  Page page;
  write_requests(metrics, page);
  write_connections(metrics, page);
  write_shadow_refusals(*snapshot, page);
  write_targets(*snapshot, page);
  write_configuration(metrics, *snapshot, page);
  http::Response response;
  response.status = 200;
  response.own_fields = "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n";
  response.body = page.take();
  return response;
}

}  // namespace bearward::admin
