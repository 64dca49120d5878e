#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

namespace json = boost::json;

class RunningConfig : public SharedSiteTest<RunningConfig> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("users", "{store: \"sqlite:users.db\", cache: {redis: \"redis://gate:redis-password@127.0.0.1:1/0\"}}");
    config.set("clients", "{registered: [{id: reporting, secret: {file: client}, grants: [password]}]}");
    config.file("client", "a-client-secret-of-a-file");
    config.set("limits", "{request_body: 3MiB}");
  }

 protected:
  static json::value shown() {
    const Response answer = site().gateway.admin("GET", "/v1/config");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("Content-Type"), "application/json");
    EXPECT_EQ(answer.field("Cache-Control"), "no-store");
    for (const std::string& secret : {std::string("redis-password"), std::string("a-client-secret-of-a-file"),
                                      std::string(GatewayConfig::signing_secret)}) {
      EXPECT_EQ(answer.content.find(secret), std::string::npos) << secret << " in " << answer.content;
    }
    return json::parse(answer.content);
  }
};

TEST_F(RunningConfig, IsShownWithoutItsSecrets) {
  const json::value config = shown();
  EXPECT_EQ(config.at("tokens").at("signing_keys").at(0).at("secret"), "***");
  EXPECT_EQ(config.at("clients").at("registered").at(0).at("secret"), "***");
  EXPECT_EQ(config.at("users").at("cache").at("redis"), "redis://gate:***@127.0.0.1:1/0");
  const std::string store = "sqlite:" + (site().gateway.folder() / "users.db").string();
  EXPECT_EQ(config.at("users").at("store"), store.c_str());
  EXPECT_EQ(config.at("limits").at("header_timeout"), "10s") << "a default";
}

TEST_F(RunningConfig, IsTheNewOneAfterAReloadAndTheOldOneAfterARefusedOne) {
  EXPECT_EQ(shown().at("limits").at("request_body"), "3MiB");
  site().gateway.config().set("limits", "{request_body: 2MiB}");
  site().gateway.write_files();
  ASSERT_EQ(site().gateway.reload().status, 200);
  EXPECT_EQ(shown().at("limits").at("request_body"), "2MiB");
  site().gateway.config().set("limits", "{request_body: 2 apples}");
  site().gateway.write_files();
  ASSERT_EQ(site().gateway.reload().status, 422);
  EXPECT_EQ(shown().at("limits").at("request_body"), "2MiB");
}

TEST_F(RunningConfig, IsReadOnly) {
  const Response refused = site().gateway.admin("POST", "/v1/config");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.field("Allow"), "GET, HEAD");
  const Response head = site().gateway.admin("HEAD", "/v1/config");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.content, "");
}

}  // namespace
}  // namespace bearward::testing
