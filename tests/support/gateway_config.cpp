#include "support/gateway_config.h"

#include <algorithm>

#include "support/free_port.h"

namespace bearward::testing {
namespace {

std::string local(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

}  // namespace

GatewayConfig::GatewayConfig(std::uint16_t upstream_port)
    : port_(free_port()), tls_port_(free_port()), admin_port_(free_port()), upstream_port_(upstream_port) {
  set("listeners", "\n  - {name: plain, address: \"" + local(port_) + "\"}");
  set("admin", "{address: \"" + local(admin_port_) + "\"}");
  set("workers", "1");
  set("tokens",
      "\n  issuer: https://gateway.test\n  audience: legacy-apis\n  leeway: 30s\n  signing_keys:\n"
      "    - {kid: k1, algorithm: HS256, secret: {file: secret}}");
  set("endpoints", "{token: [/token, /api/v1/auth/login]}");
  set("users", "{store: \"sqlite:users.db\"}");
  set("identity",
      "\n  headers:\n    X-Forwarded-User: \"{user.username}\"\n    X-Forwarded-Email: \"{user.email}\"\n"
      "    X-Forwarded-Groups: \"{user.roles}\"\n    X-Auth-Scopes: \"{token.scope}\"");
  upstream("");
  set("policies", "[policies/*.yaml]");
  set("log", "{access: stdout, format: json, level: debug}");
  file("secret", std::string(signing_secret));
  routes(
      "  - {name: public, match: {path: /public/**}, access: public, upstream: echo}\n"
      "  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}\n");
}

GatewayConfig& GatewayConfig::set(const std::string& key, std::string yaml) {
  const auto found = std::ranges::find(keys_, key, &std::pair<std::string, std::string>::first);
  if (found != keys_.end()) {
    found->second = std::move(yaml);
  } else {
    keys_.emplace_back(key, std::move(yaml));
  }
  return *this;
}

GatewayConfig& GatewayConfig::unset(const std::string& key) {
  std::erase_if(keys_, [&key](const auto& each) { return each.first == key; });
  return *this;
}

GatewayConfig& GatewayConfig::with_tls(const std::vector<Certificate>& certificates, std::string_view settings) {
  std::string listed;
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    const std::string name = "tls/" + std::to_string(i);
    file(name + ".crt", certificates[i].certificate);
    file(name + ".key", certificates[i].private_key);
    listed += (i == 0 ? "" : ", ") + ("{certificate: " + name + ".crt, private_key: " + name + ".key}");
  }
  return set("listeners", "\n  - {name: plain, address: \"" + local(port_) + "\"}\n  - name: edge\n    address: \"" +
                              local(tls_port_) + "\"\n    tls: {certificates: [" + listed + "]" +
                              (settings.empty() ? "" : ", " + std::string(settings)) + "}");
}

GatewayConfig& GatewayConfig::file(const std::string& path, std::string content) {
  files_[path] = std::move(content);
  return *this;
}

GatewayConfig& GatewayConfig::upstream(std::string_view settings) {
  return set("upstreams", "\n  echo: {targets: [\"http://" + local(upstream_port_) + "\"]" +
                              (settings.empty() ? "" : ", " + std::string(settings)) + "}");
}

std::string GatewayConfig::text() const {
  std::string text;
  for (const auto& [key, value] : keys_) text += key + ": " + value + "\n";
  return text;
}

}  // namespace bearward::testing
