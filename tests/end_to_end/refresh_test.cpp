#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>
#include <vector>

#include "support/site.h"
#include "support/token_answers.h"

namespace bearward::testing {
namespace {

constexpr const char* clients_yaml =
    "\n  registered:\n"
    "    - {id: console, secret: {file: console.secret}, grants: [password, refresh_token]}\n"
    "    - {id: kiosk, secret: {file: console.secret}, grants: [password]}\n"
    "    - {id: spa, public: true, grants: [password, refresh_token], scopes: [\"orders:read\"]}";
constexpr const char* console = "&client_id=console&client_secret=a-secret-of-the-console";
constexpr const char* kiosk = "&client_id=kiosk&client_secret=a-secret-of-the-console";

void configure_refresh(GatewayConfig& config, const std::string& further_tokens = "") {
  config.set("tokens", "\n  issuer: https://gateway.test\n  audience: legacy-apis\n" + further_tokens +
                           "  signing_keys:\n    - {kid: k1, algorithm: HS256, secret: {file: secret}}");
  config.set("clients", clients_yaml).file("console.secret", "a-secret-of-the-console");
  config.set(
      "users",
      "{store: \"sqlite:users.db\", role_scopes: {staff: [\"orders:read\", \"orders:write\"], sales: [reports]}}");
}

Response ask(const GatewayProcess& gateway, const std::string& form, std::string_view fields = "") {
  return exchange(gateway.port(), request("POST", "/token", std::string(form_type) + std::string(fields), form));
}
std::string renewal(const std::string& token) { return "grant_type=refresh_token&refresh_token=" + token; }

/// `error` of a refusal; "200" otherwise.
std::string outcome(const Response& response) { return response.status == 200 ? "200" : text_in(response, "error"); }

/// Sends one request on many connections at once; how many were answered 200.
int count_granted(const std::vector<std::uint16_t>& ports, const std::string& form, int uses) {
  std::vector<RawClient> clients;
  for (int i = 0; i < uses; ++i) clients.emplace_back(ports[static_cast<std::size_t>(i) % ports.size()]);
  for (RawClient& each : clients) each.send(request("POST", "/token", form_type, form));
  int granted = 0;
  for (RawClient& each : clients) {
    const Response response = each.read_response();
    if (response.status == 200) ++granted;
    if (response.status != 200) {
      EXPECT_EQ(outcome(response), "invalid_grant") << response.content;
    }
  }
  return granted;
}

/// Whoever else has the user store open.
class OtherProcess {
 public:
  explicit OtherProcess(const GatewayProcess& gateway) {
    EXPECT_EQ(sqlite3_open((gateway.folder() / "users.db").c_str(), &database_), SQLITE_OK);
    sqlite3_busy_timeout(database_, 10'000);
  }
  ~OtherProcess() { sqlite3_close(database_); }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  void execute(const char* sql) const {
    EXPECT_EQ(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database_);
  }

 private:
  sqlite3* database_ = nullptr;
};

class RefreshTokens : public SharedSiteTest<RefreshTokens> {
 public:
  static void configure(GatewayConfig& config) { configure_refresh(config); }

 protected:
  static Response ask(const std::string& form, std::string_view fields = "") {
    return testing::ask(site().gateway, form, fields);
  }
  static std::string log_in(const std::string& further = "", const std::string& login = std::string(alice_login)) {
    const Response response = ask(login + further);
    EXPECT_EQ(response.status, 200) << response.content;
    return text_in(response, "refresh_token");
  }
  static int get(const Response& tokens) {
    return send(request("GET", "/api/x", bearer(text_in(tokens, "access_token")))).status;
  }
};

TEST_F(RefreshTokens, AreExchangedForTheNextPair) {
  const Response login = ask(std::string(alice_login));
  const Response renewed = ask(renewal(text_in(login, "refresh_token")));
  ASSERT_EQ(renewed.status, 200) << renewed.content;
  EXPECT_EQ(renewed.field("Cache-Control"), "no-store");
  EXPECT_EQ(text_in(renewed, "token_type"), "bearer");
  EXPECT_EQ(text_in(renewed, "username"), "alice");
  EXPECT_EQ(object_in(renewed).at("expires_in"), 1800);
  EXPECT_NE(text_in(renewed, "refresh_token"), text_in(login, "refresh_token"));
  EXPECT_EQ(text_in(renewed, "refresh_token").size(), 43U);
  EXPECT_EQ(get(renewed), 200);
  EXPECT_EQ(upstream().last().field("X-Forwarded-User"), "alice");
  EXPECT_EQ(get(login), 200);
  EXPECT_EQ(ask(renewal(text_in(renewed, "refresh_token"))).status, 200);
}

TEST_F(RefreshTokens, EndTheLoginWhenOneIsUsedTwice) {
  const Response login = ask(std::string(alice_login));
  const Response other = ask(std::string(alice_login));
  const std::string first = text_in(login, "refresh_token");
  const Response renewed = ask(renewal(first));
  ASSERT_EQ(get(renewed), 200);
  EXPECT_EQ(outcome(ask(renewal(first))), "invalid_grant");
  EXPECT_EQ(outcome(ask(renewal(text_in(renewed, "refresh_token")))), "invalid_grant");
  EXPECT_TRUE(eventually([&] { return get(renewed) == 401 && get(login) == 401; })) << "its access tokens too";
  EXPECT_EQ(get(other), 200);
  EXPECT_EQ(outcome(ask(renewal(text_in(other, "refresh_token")))), "200") << "another login of the same user";
  EXPECT_TRUE(site().gateway.wait_for_log("a refresh token of \\\"alice\\\" was used twice"));
}

TEST_F(RefreshTokens, AreWonByOneOfManyUses) {
  for (int round = 0; round < 3; ++round) {
    const std::string token = log_in();
    EXPECT_EQ(count_granted({site().gateway.port()}, renewal(token), 20), 1);
    EXPECT_EQ(outcome(ask(renewal(token))), "invalid_grant");
  }
}

TEST_F(RefreshTokens, AreWonByOneOfManyUsesOnTwoGateways) {
  GatewayConfig config(upstream().port());
  configure_refresh(config);
  config.set("users", "{store: \"sqlite:" + (site().gateway.folder() / "users.db").string() + "\"}");
  GatewayProcess other(config);
  other.start();
  for (int round = 0; round < 3; ++round) {
    const std::string token = log_in();
    EXPECT_EQ(count_granted({site().gateway.port(), other.port()}, renewal(token), 20), 1);
    EXPECT_EQ(outcome(testing::ask(other, renewal(token))), "invalid_grant");
  }
  EXPECT_EQ(outcome(testing::ask(other, renewal(log_in()))), "200");
  EXPECT_EQ(other.stop(), 0) << other.errors();
}

TEST_F(RefreshTokens, AreOfOneClient) {
  const std::string consoles = log_in(console), spas = log_in("&client_id=spa"), nobodys = log_in("&client_id=any");
  struct Case {
    const char* name;
    std::string form;
    const char* outcome;
  };
  const Case cases[] = {
      {"nobody's with a client's token", renewal(consoles), "invalid_grant"},
      {"its name alone", renewal(consoles) + "&client_id=console", "invalid_client"},
      {"a public client with a confidential one's", renewal(consoles) + "&client_id=spa", "invalid_grant"},
      {"a client with a public one's", renewal(spas) + console, "invalid_grant"},
      {"a client with nobody's", renewal(nobodys) + console, "invalid_grant"},
      {"a client that may not renew", renewal(consoles) + kiosk, "unauthorized_client"},
      {"its own", renewal(consoles) + console, "200"},
      {"the public client's own", renewal(spas) + "&client_id=spa", "200"},
      {"nobody's own, under another name that proves nothing", renewal(nobodys) + "&client_id=other", "200"}};
  for (const Case& c : cases) EXPECT_EQ(outcome(ask(c.form)), c.outcome) << c.name;
  EXPECT_EQ(log_in(kiosk), "") << "a client that may not renew is given none";
  const std::string basic = "Authorization: Basic Y29uc29sZTphLXNlY3JldC1vZi10aGUtY29uc29sZQ==\r\n";
  const std::string token = log_in(console);
  EXPECT_EQ(outcome(ask(renewal(token) + console, basic)), "invalid_request");
  EXPECT_EQ(outcome(ask(renewal(token), basic)), "200");
}

TEST_F(RefreshTokens, RefuseWhatIsNoTokenOfTheirs) {
  const std::string token = log_in();
  std::string tampered = token;
  tampered[10] = tampered[10] == 'A' ? 'B' : 'A';
  struct Case {
    const char* name;
    std::string form;
    const char* error;
  };
  const Case cases[] = {{"none", "grant_type=refresh_token", "invalid_request"},
                        {"an empty one", renewal(""), "invalid_request"},
                        {"twice", renewal(token) + "&refresh_token=" + token, "invalid_request"},
                        {"tampered", renewal(tampered), "invalid_grant"},
                        {"cut short", renewal(token.substr(0, 42)), "invalid_grant"},
                        {"with more behind it", renewal(token + "A"), "invalid_grant"},
                        {"with a NUL behind it", renewal(token + "%00"), "invalid_grant"},
                        {"a huge one", renewal(std::string(50'000, 'A')), "invalid_grant"},
                        {"an access token", renewal(site().token("alice")), "invalid_grant"},
                        {"SQL", renewal("'+OR+1%3D1+--"), "invalid_grant"},
                        {"a wildcard", renewal("%25"), "invalid_grant"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = ask(c.form);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(outcome(response), c.error);
    EXPECT_EQ(response.content.find(token), std::string::npos);
  }
  EXPECT_EQ(send(request("GET", "/api/x", bearer(token))).status, 401) << "it is no access token";
  EXPECT_EQ(outcome(ask(renewal(token))), "200");
}

TEST_F(RefreshTokens, NeverWidenWhatTheLoginWasGranted) {
  const std::string start = "&scope=orders:read+orders:write";
  std::string token = log_in(start);
  struct Case {
    const char* name;
    std::string scope;
    const char* outcome;
    const char* granted;
  };
  const Case cases[] = {
      {"wider, within what the user may have", "&scope=orders:read+reports", "invalid_scope", ""},
      {"what nobody may have", "&scope=admin", "invalid_scope", ""},
      {"malformed", "&scope=%22", "invalid_scope", ""},
      {"narrower", "&scope=orders:read", "200", "orders:read"},
      {"nothing asked is the login's, not the last one's", "", "200", "orders:read orders:write"},
      {"the same in another order", "&scope=orders:write+orders:read", "200", "orders:write orders:read"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = ask(renewal(token) + c.scope);
    EXPECT_EQ(outcome(response), c.outcome);
    if (response.status != 200) continue;  // the token is as good as before
    token = text_in(response, "refresh_token");
    EXPECT_EQ(text_in(response, "scope"), c.granted);
    EXPECT_EQ(get(response), 200);
    EXPECT_EQ(upstream().last().field("X-Auth-Scopes"), c.granted);
  }
  EXPECT_EQ(outcome(ask(std::string(alice_login) + "&client_id=spa&scope=orders:write")), "invalid_scope")
      << "of the user, not of the client";
  site().gateway.add_user("dora", "password-of-dora", {"--roles", "staff"});
  const std::string doras = log_in("&scope=orders:read", "username=dora&password=password-of-dora");
  ASSERT_EQ(site().gateway.run({"user", "roles", "dora", "guest"}).exit_code, 0);
  const Response without_role = ask(renewal(doras));
  EXPECT_EQ(outcome(without_role), "200");
  EXPECT_EQ(text_in(without_role, "scope"), "") << "a role that was taken away gives nothing any more";
  EXPECT_TRUE(object_in(without_role).contains("scope"));
}

TEST_F(RefreshTokens, DependOnTheUser) {
  const GatewayProcess& gateway = site().gateway;
  const std::string erin = "username=erin&password=password-of-erin";
  gateway.add_user("erin", "password-of-erin");
  std::string token = log_in("", erin);
  const auto run = [&](std::vector<std::string> arguments, std::string_view input = "") {
    const CommandResult result = gateway.run(std::move(arguments), input);
    ASSERT_EQ(result.exit_code, 0) << result.errors;
  };
  run({"user", "disable", "erin"});
  EXPECT_EQ(outcome(ask(renewal(token))), "invalid_grant");
  run({"user", "enable", "erin"});
  const Response renewed = ask(renewal(token));
  EXPECT_EQ(outcome(renewed), "200") << "a disabled user's login is not lost";

  run({"user", "password", "erin", "--password-stdin"}, "another-password\n");
  EXPECT_EQ(outcome(ask(renewal(text_in(renewed, "refresh_token")))), "invalid_grant");
  EXPECT_TRUE(eventually([&] { return get(renewed) == 401; }));
  const std::string anew = "username=erin&password=another-password";
  token = log_in("", anew);
  EXPECT_EQ(outcome(ask(renewal(token))), "200");

  token = log_in("", anew);
  run({"user", "delete", "erin"});
  EXPECT_EQ(outcome(ask(renewal(token))), "invalid_grant");
  gateway.add_user("erin", "another-password");
  EXPECT_EQ(outcome(ask(renewal(token))), "invalid_grant") << "somebody else has the name now";
}

TEST_F(RefreshTokens, Expire) {
  const std::string token = log_in();
  const OtherProcess other(site().gateway);
  other.execute("UPDATE refresh_tokens SET expires_at = unixepoch() - 1 WHERE used_at IS NULL");
  EXPECT_EQ(outcome(ask(renewal(token))), "invalid_grant");
  EXPECT_EQ(outcome(ask(renewal(log_in()))), "200");
}

TEST_F(RefreshTokens, GrantNothingWhileTheStoreIsLocked) {
  const std::string token = log_in();
  const OtherProcess other(site().gateway);
  other.execute("BEGIN IMMEDIATE");
  const Response refused = ask(renewal(token));
  const Response login = ask(std::string(alice_login));
  other.execute("ROLLBACK");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(outcome(refused), "temporarily_unavailable");
  EXPECT_EQ(refused.field("Retry-After"), "1");
  EXPECT_EQ(login.status, 503);
  EXPECT_EQ(outcome(ask(renewal(token))), "200");
}

TEST_F(RefreshTokens, StayOutOfTheLogs) {
  const std::string token = log_in();
  const std::string next = text_in(ask(renewal(token)), "refresh_token");
  ask(renewal(token));
  ASSERT_TRUE(site().gateway.wait_for_log("was used twice"));
  for (const std::string& secret : {token, next, std::string("a-secret-of-the-console")}) {
    EXPECT_EQ(site().gateway.output().find(secret), std::string::npos);
    EXPECT_EQ(site().gateway.errors().find(secret), std::string::npos);
  }
}

TEST(RefreshTokensWithGrace, MayBeUsedAgainByWhoLostTheAnswer) {
  Site site([](GatewayConfig& config) { configure_refresh(config, "  refresh_grace: 5m\n"); });
  const auto ask = [&](const std::string& form) { return testing::ask(site.gateway, form); };
  const std::string token = text_in(ask(std::string(alice_login) + console), "refresh_token");
  EXPECT_EQ(outcome(ask(renewal(token) + console)), "200");
  EXPECT_EQ(outcome(ask(renewal(token) + "&client_id=spa")), "invalid_grant") << "the same client alone";
  const Response again = ask(renewal(token) + console);
  EXPECT_EQ(outcome(again), "200");
  EXPECT_EQ(outcome(ask(renewal(text_in(again, "refresh_token")) + console)), "200");
  const std::string many = text_in(ask(std::string(alice_login)), "refresh_token");
  EXPECT_EQ(count_granted({site.gateway.port()}, renewal(many), 20), 20);

  // A gateway that was restarted knows them; without a grace the same token ends the login.
  EXPECT_EQ(site.gateway.stop(), 0);
  configure_refresh(site.gateway.config());
  site.gateway.write_files();
  site.gateway.start();
  EXPECT_EQ(outcome(ask(renewal(many))), "invalid_grant");
}

TEST(RefreshTokensTurnedOff, AreNeitherGivenNorTaken) {
  Site site([](GatewayConfig& config) { configure_refresh(config, "  refresh_ttl: 0s\n"); });
  const Response login = ask(site.gateway, std::string(alice_login));
  EXPECT_EQ(login.status, 200);
  EXPECT_FALSE(object_in(login).contains("refresh_token"));
  EXPECT_EQ(outcome(ask(site.gateway, renewal(std::string(43, 'A')))), "unsupported_grant_type");
}

TEST(RefreshTokensForFastApi, AreGivenAndTaken) {
  Site site([](GatewayConfig& config) {
    configure_refresh(config);
    config.set("compatibility", "fastapi");
  });
  const Response login = ask(site.gateway, std::string(alice_login) + "&scope=me+orders:read");
  EXPECT_EQ(text_in(login, "scope"), "orders:read") << "what is allowed of it";
  const std::string token = text_in(login, "refresh_token");
  EXPECT_EQ(ask(site.gateway, "grant_type=refresh_token").status, 422);
  const Response wrong = ask(site.gateway, renewal(std::string(43, 'A')));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_FALSE(text_in(wrong, "detail").empty());
}

}  // namespace
}  // namespace bearward::testing
