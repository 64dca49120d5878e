#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "support/certificates.h"
#include "support/site.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

constexpr int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

std::string key_file(char fill, std::size_t size = 80) { return std::string(size, fill); }

/// A gateway with a TLS listener whose tickets are those of `settings`.
std::unique_ptr<Site> site_with(const std::string& settings, const std::map<std::string, std::string>& files = {}) {
  return std::make_unique<Site>([&](GatewayConfig& config) {
    config.with_tls({make_certificate("gateway.test"), make_certificate("other.test")}, settings);
    for (const auto& [path, content] : files) config.file(path, content);
  });
}

struct Visit {
  bool resumed = false;
  std::shared_ptr<SSL_SESSION> session;
};

Visit visit(const Site& site, int version, const std::shared_ptr<SSL_SESSION>& session = nullptr,
            const std::string& name = "gateway.test") {
  TlsClient client(site.gateway.tls_port(),
                   {.server_name = name, .min_version = version, .max_version = version, .session = session});
  EXPECT_EQ(client.exchange(request("GET", "/public/x")).status, 200) << client.failure();
  return {client.resumed(), client.session()};
}

TEST(TlsSessionTickets, ResumeOnAnyNodeWithTheSameKeyFileAndOnNoOther) {
  const std::string settings = "session_tickets: {keys: ticket.key, lifetime: 10m}";
  const auto one = site_with(settings, {{"ticket.key", key_file('a')}});
  const auto same = site_with(settings, {{"ticket.key", key_file('a')}});
  const auto other = site_with(settings, {{"ticket.key", key_file('b')}});
  for (const int version : versions) {
    SCOPED_TRACE(version);
    const Visit first = visit(*one, version);
    EXPECT_FALSE(first.resumed);
    EXPECT_EQ(SSL_SESSION_get_ticket_lifetime_hint(first.session.get()), 600U);
    const Visit second = visit(*same, version, first.session);
    EXPECT_TRUE(second.resumed);
    EXPECT_TRUE(visit(*one, version, second.session).resumed);
    EXPECT_FALSE(visit(*other, version, visit(*one, version).session).resumed);
  }
}

TEST(TlsSessionTickets, AKeyOnTopRotatesAtAReload) {
  const auto site = site_with("session_tickets: {keys: [new.key, old.key]}",
                              {{"new.key", key_file('a')}, {"old.key", key_file('b', 48)}});
  const auto rotate = [&](const std::string& newest, const std::string& older) {
    site->gateway.config().file("new.key", newest).file("old.key", older);
    site->gateway.write_files();
    ASSERT_EQ(site->gateway.reload().status, 200);
  };
  for (const int version : versions) {
    SCOPED_TRACE(version);
    const Visit before = visit(*site, version);
    rotate(key_file('c'), key_file('a'));
    const Visit after = visit(*site, version, before.session);
    EXPECT_TRUE(after.resumed) << "the key is the second now";
    rotate(key_file('d'), key_file('c'));
    EXPECT_TRUE(visit(*site, version, after.session).resumed) << "its client was given a ticket of the newer key";
    rotate(key_file('e'), key_file('f'));
    EXPECT_FALSE(visit(*site, version, after.session).resumed) << "neither is there now";
    rotate(key_file('a'), key_file('b', 48));
  }
}

TEST(TlsSessionTickets, WithoutAFileSurviveAReloadAndAreOfThisProcessAlone) {
  const auto site = site_with("");
  const auto other = site_with("");
  for (const int version : versions) {
    SCOPED_TRACE(version);
    const Visit before = visit(*site, version);
    ASSERT_EQ(site->gateway.reload().status, 200);
    EXPECT_TRUE(visit(*site, version, before.session).resumed);
    EXPECT_FALSE(visit(*other, version, before.session).resumed);
  }
}

TEST(TlsSessionTickets, AreForTheNameThatTheyWereGivenFor) {
  const auto site = site_with("");
  for (const int version : versions) {
    SCOPED_TRACE(version);
    EXPECT_FALSE(visit(*site, version, visit(*site, version).session, "other.test").resumed);
    EXPECT_FALSE(visit(*site, version, visit(*site, version).session, "").resumed);
    EXPECT_FALSE(visit(*site, version, visit(*site, version, nullptr, "").session).resumed);
    EXPECT_TRUE(visit(*site, version, visit(*site, version).session, "GATEWAY.test").resumed);
    EXPECT_TRUE(visit(*site, version, visit(*site, version, nullptr, "other.test").session, "other.test").resumed);
  }
}

TEST(TlsSessionTickets, CanBeTurnedOff) {
  const auto site = site_with("session_tickets: false");
  for (const int version : versions) {
    SCOPED_TRACE(version);
    const Visit first = visit(*site, version);
    EXPECT_EQ(SSL_SESSION_has_ticket(first.session.get()), 0);
    EXPECT_FALSE(visit(*site, version, first.session).resumed);
  }
}

TEST(TlsSessionTickets, AKeyFileThatIsNoneIsRefusedWithItsPlace) {
  const auto site = site_with("session_tickets: {keys: ticket.key}", {{"ticket.key", key_file('a')}});
  site->gateway.config().file("ticket.key", key_file('a', 81));
  site->gateway.write_files();
  const Response refused = site->gateway.reload();
  EXPECT_NE(refused.status, 200);
  EXPECT_NE(refused.content.find("ticket.key: found 81 octets, expected 48 or 80; openssl rand 80 makes a key"),
            std::string::npos)
      << refused.content;
  EXPECT_EQ(refused.content.find("aaaa"), std::string::npos);
}

}  // namespace
}  // namespace bearward::testing
