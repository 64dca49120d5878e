#include <algorithm>

#include "admin/config_json_sections.h"
#include "admin/config_masks.h"
#include "config/quantity.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;
using config::format_duration;

std::string to_string(const config::HashOn& hash_on) {
  switch (hash_on.kind) {
    case config::HashOn::Kind::client_ip:
      return "client_ip";
    case config::HashOn::Kind::header:
      return "header " + hash_on.header;
    case config::HashOn::Kind::user:
      break;
  }
  return "user";
}

json::object to_json(const config::Target& target) {
  return {{"url", (target.tls ? "https://" : "http://") + host_and_port(target.host, target.port)},
          {"weight", target.weight}};
}

json::object to_json(const config::HealthCheck& health) {
  return {{"path", without_query(health.path)},
          {"interval", format_duration(health.interval)},
          {"timeout", format_duration(health.timeout)},
          {"unhealthy_after", health.unhealthy_after},
          {"healthy_after", health.healthy_after}};
}

json::object to_json(const config::UpstreamTls& tls) {
  json::object shown;
  add_text(shown, "ca", tls.authorities);
  add_text(shown, "server_name", tls.server_name);
  shown["verify"] = tls.verify;
  add_text(shown, "certificate", tls.certificate);
  add_text(shown, "private_key", tls.private_key);
  return shown;
}

/// Keys that this upstream makes no use of, and may not have (config/upstreams.cpp), are absent.
json::object to_json(const config::Upstream& upstream) {
  json::array targets;
  for (const config::Target& each : upstream.targets) targets.push_back(to_json(each));
  json::object shown{{"targets", std::move(targets)}, {"balance", to_string(upstream.balance)}};
  if (upstream.balance == config::Balance::hash) shown["hash_on"] = to_string(upstream.hash_on);
  shown["connect_timeout"] = format_duration(upstream.connect_timeout);
  shown["response_timeout"] = format_duration(upstream.response_timeout);
  shown["idle_connections"] = upstream.idle_connections;
  shown["retries"] = upstream.retries;
  shown["dns_refresh"] = format_duration(upstream.dns_refresh);
  if (upstream.health) shown["health"] = to_json(*upstream.health);
  shown["max_requests"] = upstream.max_requests;
  if (upstream.max_requests != 0) {
    shown["queue"] =
        json::object{{"length", upstream.queue.length}, {"timeout", format_duration(upstream.queue.timeout)}};
  }
  if (std::ranges::any_of(upstream.targets, &config::Target::tls)) shown["tls"] = to_json(upstream.tls);
  return shown;
}

}  // namespace

json::object upstreams_json(const std::vector<config::Upstream>& upstreams) {
  json::object section;
  for (const config::Upstream& each : upstreams) section[each.name] = to_json(each);
  return section;
}

}  // namespace bearward::admin
