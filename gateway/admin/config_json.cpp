#include "admin/config_json.h"

#include "admin/config_json_sections.h"
#include "config/quantity.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;
using config::format_duration;
using config::format_size;

json::object endpoints_json(const config::Endpoints& endpoints) {
  json::object section;
  for (const config::Endpoints::Path& each : endpoints.paths) {
    json::value& paths = section[config::to_string(each.endpoint)];
    if (paths.is_null()) paths.emplace_array();
    paths.get_array().emplace_back(each.path);
  }
  return section;
}

json::object cors_json(const config::Cors& cors) {
  return {{"origins", texts_json(cors.origins)}, {"methods", texts_json(cors.methods)},
          {"headers", texts_json(cors.headers)}, {"expose", texts_json(cors.expose)},
          {"credentials", cors.credentials},     {"max_age", format_duration(cors.max_age)}};
}

json::object login_protection_json(const config::LoginProtection& protection) {
  json::array by;
  if (protection.by_username) by.emplace_back("username");
  if (protection.by_client_ip) by.emplace_back("client_ip");
  return {{"attempts", protection.attempts}, {"per", format_duration(protection.per)}, {"by", std::move(by)}};
}

json::object limits_json(const config::Limits& limits) {
  return {{"request_header", format_size(limits.request_header_bytes)},
          {"request_body", format_size(limits.request_body_bytes)},
          {"header_timeout", format_duration(limits.header_timeout)},
          {"handshake_timeout", format_duration(limits.handshake_timeout)},
          {"idle_timeout", format_duration(limits.idle_timeout)},
          {"tunnel_timeout", format_duration(limits.tunnel_timeout)},
          {"min_data_rate", format_size(limits.min_data_rate)},
          {"data_rate_grace", format_duration(limits.data_rate_grace)},
          {"drain_delay", format_duration(limits.drain_delay)},
          {"drain_timeout", format_duration(limits.drain_timeout)},
          {"connections", limits.connections},
          {"connections_per_address", limits.connections_per_address},
          {"overload_lag", format_duration(limits.overload_lag)},
          {"handshakes", limits.handshakes}};
}

std::string_view to_string(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::debug:
      return "debug";
    case config::LogLevel::warning:
      return "warning";
    case config::LogLevel::error:
      return "error";
    case config::LogLevel::info:
      break;
  }
  return "info";
}

json::object log_json(const config::Log& log) {
  return {{"access", log.access},
          {"format", log.format == config::LogFormat::text ? "text" : "json"},
          {"level", to_string(log.level)}};
}

}  // namespace

json::object config_json(const config::Config& config) {
  json::object whole;
  whole["listeners"] = listeners_json(config.listeners);
  if (config.admin) whole["admin"] = json::object{{"address", host_and_port(config.admin->host, config.admin->port)}};
  whole["workers"] = config.workers == 0 ? json::value("auto") : json::value(config.workers);
  add_text(whole, "pid_file", config.pid_file);
  whole["trusted_proxies"] = networks_json(config.trusted_proxies);
  whole["via"] = config.via;
  whole["tokens"] = tokens_json(config.tokens);
  if (config.cors) whole["cors"] = cors_json(*config.cors);
  whole["endpoints"] = endpoints_json(config.endpoints);
  whole["compatibility"] = config.compatibility == config::Compatibility::fastapi ? "fastapi" : "rfc6749";
  whole["clients"] = clients_json(config.clients);
  if (!config.users.sqlite_path.empty()) whole["users"] = users_json(config.users);
  if (config.login_protection) whole["login_protection"] = login_protection_json(*config.login_protection);
  whole["identity"] = identity_json(config.identity);
  whole["upstreams"] = upstreams_json(config.upstreams);
  whole["limits"] = limits_json(config.limits);
  whole["log"] = log_json(config.log);
  return whole;
}

std::string host_and_port(std::string_view host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string_view::npos;
  return (is_v6 ? "[" + std::string(host) + "]" : std::string(host)) + ":" + std::to_string(port);
}

json::array networks_json(const std::vector<IpNetwork>& networks) {
  json::array texts;
  for (const IpNetwork& network : networks) {
    const unsigned bits = network.address.is_v4() ? network.prefix_bits - 96 : network.prefix_bits;
    texts.emplace_back(network.address.to_string() + "/" + std::to_string(bits));
  }
  return texts;
}

json::array texts_json(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

void add_text(json::object& section, std::string_view key, const std::string& text) {
  if (!text.empty()) section[key] = text;
}

void add_texts(json::object& section, std::string_view key, const std::vector<std::string>& texts) {
  if (!texts.empty()) section[key] = texts_json(texts);
}

}  // namespace bearward::admin
