#include "issuer/trusted_issuers.h"

#include <gtest/gtest.h>

#include "support/free_port.h"
#include "support/https_server.h"
#include "support/token_factory.h"

namespace bearward::issuer {
namespace {

using testing::HttpsServer;
using testing::jwks;
using testing::TestKey;

const testing::Certificate& localhost() {
  static const testing::Certificate certificate = testing::make_certificate("localhost");
  return certificate;
}

config::TrustedIssuer issuer_at(std::uint16_t port, std::string name = "https://idp.test") {
  config::TrustedIssuer issuer;
  issuer.issuer = std::move(name);
  issuer.jwks_url = {"https://localhost/keys", "localhost", port, "/keys"};
  issuer.ca = localhost().certificate;
  issuer.algorithms = {"ES256"};
  return issuer;
}

/// The control thread of a gateway, in the hands of the test.
class TrustedIssuersTest : public ::testing::Test {
 protected:
  TrustedIssuersTest() {
    token::Issuer ours, theirs;
    ours.expected.issuer = "https://us.test";
    theirs.expected.issuer = "https://idp.test";
    theirs.mapping.emplace();
    theirs.awaits_keys = true;
    auto keys = std::make_shared<token::KeySet>();
    keys->issuers = {ours, theirs};
    configured_ = std::move(keys);
  }
  ~TrustedIssuersTest() override {
    issuers_.close();
    io_.run();  // ends: nothing is left behind
  }

  bool run_until(const std::function<bool()>& condition) {
    const auto deadline = steady_now() + testing::patience;
    while (!condition() && steady_now() < deadline) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds{10});
    }
    return condition();
  }
  bool run_until_fetched(int times) {
    return run_until([&] { return fetches_ >= times; });
  }
  /// `none`, or the names of the keys.
  std::string keys_now() const {
    const auto keys = issuers_.complete(configured_);
    const token::Issuer& theirs = keys->issuers[1];
    if (theirs.awaits_keys) return "none";
    std::string names;
    for (const token::NamedKey& named : theirs.keys) names += named.kid + " ";
    return names;
  }

  boost::asio::io_context io_;
  int fetches_ = 0, changes_ = 0;
  TrustedIssuers issuers_{io_.get_executor(), [this](bool changed) {
                            ++fetches_;
                            changes_ += changed ? 1 : 0;
                          }};
  std::shared_ptr<const token::KeySet> configured_;
};

TEST_F(TrustedIssuersTest, FetchesKeysAndKeepsThemThroughWhatGoesWrong) {
  const std::string first = jwks({TestKey::ec().jwk("a")}), second = jwks({TestKey::ec().jwk("b")});
  HttpsServer server(localhost());
  server.answer(first);
  EXPECT_EQ(keys_now(), "none");
  issuers_.use({issuer_at(server.port())});
  ASSERT_TRUE(run_until_fetched(1));
  EXPECT_EQ(keys_now(), "a ");
  EXPECT_EQ(issuers_.complete(configured_)->issuers[0].keys.size(), 0u) << "ours are ours";

  // One is asked for; the answer is no key set: what was known stays, and is tried again by itself.
  server.answer("<html>");
  EXPECT_TRUE(issuers_.ask_for_keys("https://idp.test"));
  ASSERT_TRUE(run_until_fetched(2));
  EXPECT_EQ(keys_now(), "a ");
  EXPECT_NE(issuers_.statuses().at(0).problem, "");
  server.answer(second);
  ASSERT_TRUE(run_until([&] { return changes_ == 2; }));
  EXPECT_EQ(keys_now(), "b ") << "the key that it withdrew is gone";
  EXPECT_EQ(issuers_.statuses().at(0).problem, "");
}

TEST_F(TrustedIssuersTest, TakesAnEmptySetForAWithdrawalOfAllKeys) {
  HttpsServer server(localhost());
  server.answer(jwks({TestKey::ec().jwk("a")}));
  issuers_.use({issuer_at(server.port())});
  ASSERT_TRUE(run_until_fetched(1));
  server.answer(jwks({}));
  EXPECT_TRUE(issuers_.ask_for_keys("https://idp.test"));
  ASSERT_TRUE(run_until_fetched(2));
  EXPECT_EQ(keys_now(), "");
}

TEST_F(TrustedIssuersTest, FetchesForUnknownKeysOnceAMinute) {
  HttpsServer server(localhost());
  server.answer(jwks({TestKey::ec().jwk("a")}));
  issuers_.use({issuer_at(server.port())});
  ASSERT_TRUE(run_until_fetched(1));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(issuers_.ask_for_keys("https://idp.test")) << "one fetch for all of them";
  ASSERT_TRUE(run_until_fetched(2));
  EXPECT_EQ(changes_, 1) << "the same keys again";
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(issuers_.ask_for_keys("https://idp.test"));
  EXPECT_FALSE(issuers_.ask_for_keys("https://nobody.test"));
  io_.poll();
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(TrustedIssuersTest, GetsThemWhenTheIssuerComesUp) {
  const std::uint16_t port = testing::free_port();
  issuers_.use({issuer_at(port)});
  ASSERT_TRUE(run_until_fetched(1));
  EXPECT_EQ(keys_now(), "none");
  HttpsServer server(localhost(), port);
  server.answer(jwks({TestKey::ec().jwk("a")}));
  ASSERT_TRUE(run_until([&] { return changes_ == 1; }));
  EXPECT_EQ(keys_now(), "a ");
}

TEST_F(TrustedIssuersTest, KeepsTheKeysOfWhoHasNotMoved) {
  HttpsServer server(localhost());
  server.answer(jwks({TestKey::ec().jwk("a"), TestKey::ec("P-384").jwk("b")}));
  issuers_.use({issuer_at(server.port())});
  ASSERT_TRUE(run_until_fetched(1));
  EXPECT_EQ(keys_now(), "a ");

  config::TrustedIssuer changed = issuer_at(server.port());
  changed.audiences = {"another"};
  changed.algorithms = {"ES256", "ES384"};
  issuers_.use({issuer_at(server.port(), "https://new.test"), changed});
  EXPECT_EQ(keys_now(), "a b ") << "read again for the other algorithms, without a fetch";
  ASSERT_TRUE(run_until_fetched(2)) << "of the new one";

  config::TrustedIssuer moved = changed;
  moved.jwks_url.target = "/other";
  issuers_.use({moved});
  EXPECT_EQ(keys_now(), "none");
  ASSERT_TRUE(run_until_fetched(3));
  EXPECT_EQ(keys_now(), "a b ");
  EXPECT_EQ(server.requests().size(), 3u);

  issuers_.use({});
  EXPECT_EQ(keys_now(), "none");
  EXPECT_EQ(issuers_.complete(configured_), configured_);
}

}  // namespace
}  // namespace bearward::issuer
