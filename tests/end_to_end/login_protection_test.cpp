#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "support/site.h"

namespace bearward::testing {
namespace {

/// A login that a trusted proxy brings from `address`.
Response log_in(const Site& site, std::string_view name, std::string_view password, const std::string& address,
                std::string_view path = "/token") {
  std::string form = "username=" + std::string(name) + "&password=";
  for (const char c : password) form += c == ' ' ? '+' : c;
  return site.send(request(
      "POST", path, "Content-Type: application/x-www-form-urlencoded\r\nX-Forwarded-For: " + address + "\r\n", form));
}

class LoginProtection : public SharedSiteTest<LoginProtection> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("workers", "2")
        .set("trusted_proxies", "[127.0.0.1/32]")
        .set("login_protection", "{attempts: 3, per: 24h, by: [username, client_ip]}")
        .set("clients",
             "\n  registered:\n    - {id: reports, secret: \"a secret of the reports client\", grants: [password]}\n"
             "    - {id: audits, secret: \"a secret of the audits client\", grants: [client_credentials]}")
        .set("endpoints", "{token: [/token, /api/v1/auth/login], revoke: /revoke, introspect: /introspect}");
  }

 protected:
  static int status(std::string_view name, std::string_view password, const std::string& address,
                    std::string_view path = "/token") {
    return log_in(site(), name, password, address, path).status;
  }
};

TEST_F(LoginProtection, AnswersRightAndWrongPasswordsAlikeOnceTooManyHaveFailed) {
  EXPECT_EQ(status("root", "wrong", "192.0.2.1"), 400);
  EXPECT_EQ(status("root", "wrong", "198.51.100.1", "/api/v1/auth/login"), 400);
  EXPECT_EQ(status("root", "wrong", "203.0.113.1"), 400);
  const Response wrong = log_in(site(), "root", "wrong", "10.0.0.1");
  const Response right = log_in(site(), "root", Site::root_password, "10.0.0.1");
  EXPECT_EQ(right.status, 429);
  EXPECT_EQ(right.content, wrong.content);
  EXPECT_NE(right.content.find("temporarily_unavailable"), std::string::npos);
  EXPECT_GT(std::stoi("0" + right.field("Retry-After")), 20'000);
  EXPECT_EQ(right.field("Cache-Control"), "no-store");
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(status("nobody", "wrong", "10.1." + std::to_string(i) + ".1"), 400);
  EXPECT_EQ(log_in(site(), "nobody", "wrong", "10.1.9.1").content, wrong.content) << "no such user, no difference";
  EXPECT_TRUE(site().gateway.wait_for_log("login_protection: the name has failed too often"));
  EXPECT_EQ(site().gateway.errors().find(Site::root_password), std::string::npos);
}

TEST_F(LoginProtection, CountsByNetworkAndCountsNoRightPassword) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(status("alice", Site::alice_password, "10.2.0.1"), 200);
  for (const char* name : {"a", "b", "c"})
    EXPECT_EQ(status(name, "wrong", "10.2.0." + std::string(1, *name == 'a' ? '7' : '8')), 400);
  EXPECT_EQ(status("d", "wrong", "10.2.0.200"), 429);
  EXPECT_EQ(status("d", "wrong", "10.2.1.200"), 400);
  EXPECT_EQ(status("alice", Site::alice_password, "10.2.0.9"), 200) << "she has been there before";
}

TEST_F(LoginProtection, HearsNoMoreGuessesAtOnceThanTheBudgetHas) {
  std::atomic<int> heard = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> guesses;
    for (int i = 0; i < 24; ++i) {
      guesses.emplace_back([&, i] {
        const int got = status("guessed", "wrong", "10.3." + std::to_string(i) + ".1");
        if (got == 400) ++heard;
        if (got == 429) ++refused;
      });
    }
  }
  EXPECT_EQ(heard, 3);
  EXPECT_EQ(refused, 21);
}

TEST_F(LoginProtection, CountsTheSecretsOfClientsToo) {
  const auto with_secret = [](std::string_view secret, const std::string& address) {
    return send(request("POST", "/token",
                        "Content-Type: application/x-www-form-urlencoded\r\nX-Forwarded-For: " + address + "\r\n",
                        "username=alice&password=correct+horse+battery+staple&client_id=reports&client_secret=" +
                            std::string(secret)))
        .status;
  };
  constexpr std::string_view right = "a+secret+of+the+reports+client";
  EXPECT_EQ(with_secret(right, "10.4.0.1"), 200);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(with_secret("guess", "10.4." + std::to_string(i) + ".1"), 401);
  EXPECT_EQ(with_secret("guess", "10.4.9.1"), 429);
  EXPECT_EQ(with_secret(right, "10.4.9.1"), 429);
  EXPECT_EQ(with_secret(right, "10.4.0.1"), 200) << "where the client is known";
}

TEST_F(LoginProtection, CountsTheSecretsOfClientsWhereverTheyAreGuessed) {
  const auto with_secret = [](std::string_view path, std::string_view secret, const std::string& address) {
    return send(request("POST", path,
                        "Content-Type: application/x-www-form-urlencoded\r\nX-Forwarded-For: " + address + "\r\n",
                        "token=none&client_id=audits&client_secret=" + std::string(secret)))
        .status;
  };
  constexpr std::string_view right = "a+secret+of+the+audits+client";
  EXPECT_EQ(with_secret("/introspect", right, "10.5.0.1"), 200);
  EXPECT_EQ(with_secret("/introspect", "guess", "10.5.1.1"), 401);
  EXPECT_EQ(with_secret("/revoke", "guess", "10.5.2.1"), 401);
  EXPECT_EQ(with_secret("/introspect", "guess", "10.5.3.1"), 401);
  for (const char* path : {"/introspect", "/revoke", "/token"}) {
    EXPECT_EQ(with_secret(path, "guess", "10.5.9.1"), 429) << path;
    EXPECT_EQ(with_secret(path, right, "10.5.9.1"), 429) << path;
  }
  EXPECT_EQ(with_secret("/revoke", right, "10.5.0.1"), 200) << "where the client is known";
}

TEST(LoginProtectionAsFastApi, SpeaksAsFastApiDoes) {
  Site site([](GatewayConfig& config) {
    config.set("login_protection", "{attempts: 1, per: 24h}").set("compatibility", "fastapi");
  });
  EXPECT_EQ(log_in(site, "alice", "wrong", "").status, 401);
  const Response refused = log_in(site, "alice", Site::alice_password, "");
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.content.starts_with("{\"detail\":\"too many")) << refused.content;
  EXPECT_NE(refused.field("Retry-After"), "");
}

}  // namespace
}  // namespace bearward::testing
