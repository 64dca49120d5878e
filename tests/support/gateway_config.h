#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/certificates.h"

namespace bearward::testing {

/// The files of one gateway: gateway.yaml, policies and keys. Starts as a small whole site on free
/// ports with one worker: a clear-text listener, an admin listener, an HS256 key, the token endpoint, a
/// public route /public/** and /api/** for whoever has a token, both to the upstream `echo`.
class GatewayConfig {
 public:
  explicit GatewayConfig(std::uint16_t upstream_port);

  /// Sets a top-level key of gateway.yaml to YAML text, flow or (on lines of their own, indented) block.
  GatewayConfig& set(const std::string& key, std::string yaml);
  GatewayConfig& unset(const std::string& key);
  /// Adds a TLS listener; the first certificate is the default. `settings` of its `tls` such as "min_version: 1.3".
  GatewayConfig& with_tls(const std::vector<Certificate>& certificates, std::string_view settings = "");
  /// A file beside gateway.yaml, such as policies/x.yaml.
  GatewayConfig& file(const std::string& path, std::string content);
  /// Replaces the routes.
  GatewayConfig& routes(std::string yaml) { return file("policies/routes.yaml", "routes:\n" + std::move(yaml)); }
  /// `echo`, with further settings such as `response_timeout: 1s`.
  GatewayConfig& upstream(std::string_view settings);

  std::uint16_t port() const { return port_; }
  std::uint16_t tls_port() const { return tls_port_; }
  std::uint16_t admin_port() const { return admin_port_; }
  std::uint16_t upstream_port() const { return upstream_port_; }
  /// The whole gateway.yaml.
  std::string text() const;
  const std::map<std::string, std::string>& files() const { return files_; }

  static constexpr std::string_view signing_secret = "a-signing-secret-of-these-tests-0123456789";

 private:
  std::uint16_t port_;
  std::uint16_t tls_port_;
  std::uint16_t admin_port_;
  std::uint16_t upstream_port_;
  std::vector<std::pair<std::string, std::string>> keys_;
  std::map<std::string, std::string> files_;  // by path
};

}  // namespace bearward::testing
