// /revoke (RFC 7009) and /introspect (RFC 7662).
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>
#include <vector>

#include "support/redis_server.h"
#include "support/site.h"
#include "support/token_answers.h"

namespace bearward::testing {
namespace {

namespace json = boost::json;

constexpr const char* clients_yaml =
    "\n  registered:\n"
    "    - {id: console, secret: {file: console.secret}, grants: [password, refresh_token]}\n"
    "    - {id: reporting, secret: {file: console.secret}, grants: [client_credentials], scopes: [\"reports:read\"]}\n"
    "    - {id: spa, public: true, grants: [password, refresh_token]}";
constexpr const char* console = "&client_id=console&client_secret=a-secret-of-the-console";
constexpr const char* reporting = "&client_id=reporting&client_secret=a-secret-of-the-console";
constexpr const char* spa = "&client_id=spa";
constexpr const char* json_type = "Content-Type: application/json\r\n";

void configure_status(GatewayConfig& config) {
  config.set("clients", clients_yaml).file("console.secret", "a-secret-of-the-console");
  config.set("endpoints", "{token: /token, revoke: /revoke, introspect: /introspect}");
  config.set(
      "users",
      "{store: \"sqlite:users.db\", role_scopes: {staff: [\"orders:read\"]}, cache: {local_ttl: 60s, ttl: 60s}}");
}

Response post(const GatewayProcess& gateway, std::string_view path, const std::string& form,
              std::string_view fields = form_type) {
  return exchange(gateway.port(), request("POST", path, fields, form));
}

struct Login {
  std::string access, refresh;
};

Login log_in(const GatewayProcess& gateway, const std::string& client = "") {
  const Response response =
      post(gateway, "/token", "grant_type=password&username=alice&password=correct+horse+battery+staple" + client);
  EXPECT_EQ(response.status, 200) << response.content;
  return {text_in(response, "access_token"), text_in(response, "refresh_token")};
}

json::object introspected(const GatewayProcess& gateway, const std::string& token) {
  const Response response = post(gateway, "/introspect", "token=" + token + console);
  EXPECT_EQ(response.status, 200) << response.content;
  EXPECT_EQ(response.field("Cache-Control"), "no-store");
  return json::parse(response.content).as_object();
}

bool is_active(const GatewayProcess& gateway, const std::string& token) {
  return introspected(gateway, token).at("active").as_bool();
}

std::string get_with(std::string_view token) { return request("GET", "/api/x", bearer(token)); }

class TokenStatus : public SharedSiteTest<TokenStatus> {
 public:
  static void configure(GatewayConfig& config) {
    configure_status(config);
    config.set("workers", "4");
  }

 protected:
  static const GatewayProcess& gateway() { return site().gateway; }
  static Login login(const std::string& client = "") { return log_in(gateway(), client); }
  static Response revoke(const std::string& form, std::string_view fields = form_type) {
    return post(gateway(), "/revoke", form, fields);
  }
  static int status_of(const std::string& token) { return send(get_with(token)).status; }
  static bool refused_everywhere(const std::string& token) {
    return eventually([&] {
      for (int i = 0; i < 12; ++i)
        if (status_of(token) != 401) return false;
      return true;
    });
  }
  static bool can_renew(const std::string& refresh, const std::string& client = "") {
    return post(gateway(), "/token", "grant_type=refresh_token&refresh_token=" + refresh + client).status == 200;
  }
};

TEST_F(TokenStatus, RevokingAnAccessTokenEndsItAlone) {
  const Login first = login(), second = login();
  ASSERT_EQ(status_of(first.access), 200);
  const Response done = revoke("token=" + first.access + "&token_type_hint=refresh_token");
  EXPECT_EQ(done.status, 200) << done.content;
  EXPECT_TRUE(refused_everywhere(first.access));
  EXPECT_EQ(status_of(second.access), 200);
  EXPECT_TRUE(can_renew(first.refresh)) << "its login goes on";
}

TEST_F(TokenStatus, RevokingARefreshTokenEndsTheLoginWithAllItsTokens) {
  const Login ended = login(), other = login();
  const Response renewed = post(gateway(), "/token", "grant_type=refresh_token&refresh_token=" + ended.refresh);
  ASSERT_EQ(renewed.status, 200) << renewed.content;
  ASSERT_EQ(revoke("token=" + text_in(renewed, "refresh_token")).status, 200);
  EXPECT_TRUE(refused_everywhere(ended.access));
  EXPECT_TRUE(refused_everywhere(text_in(renewed, "access_token")));
  EXPECT_FALSE(can_renew(text_in(renewed, "refresh_token")));
  EXPECT_EQ(status_of(other.access), 200);
  EXPECT_TRUE(can_renew(other.refresh));
}

TEST_F(TokenStatus, TheCommandEndsALoginToo) {
  const Login one = login();
  const CommandResult done = site().gateway.run({"token", "revoke", "-"}, one.refresh + "\n");
  EXPECT_EQ(done.exit_code, 0) << done.errors;
  EXPECT_TRUE(refused_everywhere(one.access));
  EXPECT_FALSE(can_renew(one.refresh));
  EXPECT_EQ(site().gateway.run({"token", "revoke", "-"}, one.refresh + "\n").exit_code, 1)
      << "it is not known any more";
}

TEST_F(TokenStatus, WhatIsNoTokenIsAsGoodAsRevoked) {
  for (const std::string& token :
       {std::string("foo"), std::string(43, 'x'), site().token("alice") + "A", std::string(9000, 'x')})
    EXPECT_EQ(revoke("token=" + token).status, 200) << token;
  const Login once = login();
  EXPECT_EQ(revoke("token=" + once.access).status, 200);
  EXPECT_EQ(revoke("token=" + once.access).status, 200) << "twice";
}

TEST_F(TokenStatus, FrontEndsMaySendJson) {
  const Login one = login();
  const Response done = revoke(R"({"token": ")" + one.access + R"("})", json_type);
  EXPECT_EQ(done.status, 200) << done.content;
  EXPECT_EQ(done.content, "{}");
  EXPECT_TRUE(refused_everywhere(one.access));
  for (const char* content : {"", "[]", "{}", R"({"token":7})", R"({"token":""})", R"({"token":null})", "token=x"})
    EXPECT_EQ(revoke(content, json_type).status, 400) << content;
}

TEST_F(TokenStatus, OnlyTheClientItWasIssuedToRevokesAToken) {
  const Login consoles = login(console), spas = login(spa);
  struct Case {
    const char* name;
    std::string form;
    int status;
  };
  const Case cases[] = {{"without a token", "token_type_hint=access_token", 400},
                        {"a wrong secret", "token=" + consoles.access + "&client_id=console&client_secret=wrong", 401},
                        {"a confidential client's, by nobody", "token=" + consoles.access, 401},
                        {"a confidential client's refresh token, by nobody", "token=" + consoles.refresh, 401},
                        {"a confidential client's, by another", "token=" + consoles.access + spa, 400},
                        {"a public client's, by another", "token=" + spas.refresh + console, 400},
                        {"twice the token", "token=" + consoles.access + "&token=x" + console, 400}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response refused = revoke(c.form);
    EXPECT_EQ(refused.status, c.status) << refused.content;
    EXPECT_FALSE(text_in(refused, "error").empty());
  }
  EXPECT_EQ(status_of(consoles.access) + status_of(spas.access), 400);
  EXPECT_EQ(revoke("token=" + consoles.refresh + console).status, 200);
  EXPECT_EQ(revoke("token=" + spas.access + spa).status, 200);
  EXPECT_TRUE(refused_everywhere(consoles.access));
  EXPECT_TRUE(refused_everywhere(spas.access));
  EXPECT_EQ(send(request("GET", "/revoke")).status, 405);
  EXPECT_EQ(send(request("GET", "/revoke")).field("Allow"), "POST");
}

TEST_F(TokenStatus, AClientRevokesItsOwnToken) {
  const Response granted = post(gateway(), "/token", std::string("grant_type=client_credentials") + reporting);
  ASSERT_EQ(granted.status, 200) << granted.content;
  const std::string token = text_in(granted, "access_token");
  EXPECT_EQ(status_of(token), 200);
  const json::object said = introspected(gateway(), token);
  EXPECT_EQ(said.at("sub"), "reporting");
  EXPECT_FALSE(said.contains("username"));
  EXPECT_EQ(revoke("token=" + token + reporting).status, 200);
  EXPECT_TRUE(refused_everywhere(token));
  EXPECT_FALSE(is_active(gateway(), token));
}

TEST_F(TokenStatus, IntrospectionTellsARegisteredClientWhatATokenIsWorth) {
  const Response granted = post(gateway(), "/token",
                                "grant_type=password&username=alice&password=correct+horse+battery+staple"
                                "&scope=orders:read" +
                                    std::string(console));
  ASSERT_EQ(granted.status, 200) << granted.content;
  const json::object access = introspected(gateway(), text_in(granted, "access_token"));
  EXPECT_EQ(access.at("active"), true);
  for (const auto& [name, value] : std::vector<std::pair<const char*, const char*>>{{"scope", "orders:read"},
                                                                                    {"client_id", "console"},
                                                                                    {"username", "alice"},
                                                                                    {"token_type", "Bearer"},
                                                                                    {"sub", "alice"},
                                                                                    {"aud", "legacy-apis"},
                                                                                    {"iss", "https://gateway.test"}})
    EXPECT_EQ(access.at(name), value) << name;
  EXPECT_EQ(access.at("exp").as_int64() - access.at("iat").as_int64(), 1800);
  EXPECT_TRUE(access.contains("jti"));
  const json::object refresh = introspected(gateway(), text_in(granted, "refresh_token"));
  EXPECT_EQ(refresh.at("active"), true);
  EXPECT_EQ(refresh.at("username"), "alice");
  EXPECT_EQ(refresh.at("client_id"), "console");
  EXPECT_FALSE(refresh.contains("token_type"));
}

TEST_F(TokenStatus, IntrospectionSaysNoMoreThanInactiveOfEverythingElse) {
  json::object expired = TokenFactory::claims("alice");
  expired["exp"] = TokenFactory::now() - 3600;
  const Login used = login();
  ASSERT_TRUE(can_renew(used.refresh));
  const Login revoked = login();
  ASSERT_EQ(revoke("token=" + revoked.refresh).status, 200);
  for (const std::string& token :
       {std::string("foo"), std::string(43, 'x'), site().tokens.token(expired), site().token("bob"),
        site().token("nobody"), site().token("alice") + "A", used.refresh, revoked.refresh, revoked.access}) {
    EXPECT_EQ(introspected(gateway(), token), (json::object{{"active", false}})) << token;
  }
  EXPECT_TRUE(is_active(gateway(), site().token("alice")));
}

TEST_F(TokenStatus, IntrospectionIsForRegisteredClientsWithASecretAlone) {
  const std::string token = "token=" + site().token("alice");
  for (const std::string& client :
       {std::string{}, std::string(spa), std::string("&client_id=nobody"), std::string("&client_id=console"),
        std::string("&client_id=console&client_secret=wrong"), std::string("&client_id=nobody&client_secret=x")}) {
    const Response refused = post(gateway(), "/introspect", token + client);
    EXPECT_EQ(refused.status, 401) << client;
    EXPECT_EQ(text_in(refused, "error"), "invalid_client");
    EXPECT_EQ(refused.content.find("active"), std::string::npos);
  }
  const std::string basic =
      "Authorization: Basic Y29uc29sZTphLXNlY3JldC1vZi10aGUtY29uc29sZQ==\r\n" + std::string(form_type);
  EXPECT_EQ(post(gateway(), "/introspect", token, basic).status, 200);
  EXPECT_EQ(post(gateway(), "/introspect", "x=y", basic).status, 400);
  EXPECT_EQ(send(request("GET", "/introspect")).status, 405);
}

TEST_F(TokenStatus, IntrospectionLooksAtTheLiveUser) {
  const Login one = login();
  ASSERT_TRUE(is_active(gateway(), one.access) && is_active(gateway(), one.refresh));
  ASSERT_EQ(site().gateway.admin("PATCH", "/v1/users/alice", R"({"disabled":true})").status, 200);
  EXPECT_TRUE(eventually([&] { return !is_active(gateway(), one.access) && !is_active(gateway(), one.refresh); }));
  ASSERT_EQ(site().gateway.admin("PATCH", "/v1/users/alice", R"({"disabled":false})").status, 200);
  EXPECT_TRUE(eventually([&] { return is_active(gateway(), one.access); }));
  ASSERT_EQ(site().gateway.run({"token", "revoke", "--user", "alice"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return !is_active(gateway(), one.access) && !is_active(gateway(), one.refresh); }));
  EXPECT_FALSE(can_renew(one.refresh));
}

TEST(TokenStatusInACluster, ARevocationIsKnownToTheOtherProcessWhenItIsAnswered) {
  RedisServer redis;
  const auto share = [&redis](GatewayConfig& config, const std::string& store) {
    configure_status(config);
    config.set("users",
               "{store: \"" + store + "\", cache: {redis: \"" + redis.url() + "\", ttl: 60s, local_ttl: 60s}}");
  };
  Site site([&](GatewayConfig& config) { share(config, "sqlite:users.db"); });
  GatewayConfig other(site.upstream.port());
  share(other, "sqlite:" + (site.gateway.folder() / "users.db").string());
  GatewayProcess second(other);
  second.start();
  const auto up = [](const GatewayProcess& gateway) {
    return gateway.admin("GET", "/readyz").content.find("\"up\"") != std::string::npos;
  };
  ASSERT_TRUE(eventually([&] { return up(site.gateway) && up(second); }));
  const Login one = log_in(site.gateway);
  ASSERT_EQ(exchange(second.port(), get_with(one.access)).status, 200);
  ASSERT_EQ(post(site.gateway, "/revoke", "token=" + one.refresh).status, 200);
  EXPECT_TRUE(eventually([&] { return exchange(second.port(), get_with(one.access)).status == 401; }));
  EXPECT_EQ(second.stop(), 0);
  EXPECT_EQ(site.gateway.stop(), 0);
}

}  // namespace
}  // namespace bearward::testing
