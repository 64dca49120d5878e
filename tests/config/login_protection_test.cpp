#include "config/login_protection.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using namespace std::chrono_literals;

TEST(ReadLoginProtection, ReadsIt) {
  const auto loaded = test::load_snippet("login_protection: {attempts: 3, per: 10m, by: client_ip}\n");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  EXPECT_EQ(loaded.config.login_protection,
            (LoginProtection{.attempts = 3, .per = 10min, .by_username = false, .by_client_ip = true}));
  EXPECT_EQ(test::load_snippet("login_protection: {}\n").config.login_protection, LoginProtection{});
  EXPECT_EQ(test::load_snippet("log: {}\n").config.login_protection, std::nullopt);
}

TEST(ReadLoginProtection, SaysWhatIsWrong) {
  for (const char* wrong : {"{attempts: 0}", "{per: 1ms}", "{by: [username, moon]}", "{tries: 5}", "{by: []}"}) {
    SCOPED_TRACE(wrong);
    EXPECT_EQ(test::load_snippet("login_protection: " + std::string(wrong) + "\n").findings.size(), 1U);
  }
}

}  // namespace
}  // namespace bearward::config
