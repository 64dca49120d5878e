#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/redis_server.h"
#include "support/site.h"

namespace bearward::testing {

/// Two gateways that share redis-server and a user store, as on two nodes.
class Cluster {
 public:
  Cluster() : first([this](GatewayConfig& config) { share(config, "sqlite:users.db"); }), second(other_config()) {
    second.start();
  }

  /// The copies of both are trusted again: requests are answered while the store cannot be read.
  bool redis_is_up() {
    return eventually([this] {
      return first.gateway.admin("GET", "/readyz").content.find("\"up\"") != std::string::npos &&
             second.admin("GET", "/readyz").content.find("\"up\"") != std::string::npos;
    });
  }
  void stop() {
    EXPECT_EQ(first.gateway.stop(), 0) << first.gateway.errors();
    EXPECT_EQ(second.stop(), 0) << second.errors();
  }

  RedisServer redis;
  Site first;
  GatewayProcess second;

 private:
  void share(GatewayConfig& config, const std::string& store) const {
    config.set("workers", "2").set("limits", "{drain_timeout: 2s}");
    config.set("users",
               "{store: \"" + store + "\", cache: {redis: \"" + redis.url() + "\", ttl: 60s, local_ttl: 60s}}");
  }
  GatewayConfig other_config() const {
    GatewayConfig config(first.upstream.port());
    share(config, "sqlite:" + (first.gateway.folder() / "users.db").string());
    return config;
  }
};

}  // namespace bearward::testing
