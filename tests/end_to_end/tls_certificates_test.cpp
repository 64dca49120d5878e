#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "support/certificate_authority.h"
#include "support/site.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

/// A listener whose certificate has an OCSP staple, which tests write anew.
class OcspStaple : public SharedSiteTest<OcspStaple> {
 public:
  static void configure(GatewayConfig& config) {
    config.file("edge.ocsp", authority().ocsp_response(chain()));
    config.with_tls({chain(), make_certificate("other.test")});
    config.set("listeners", "\n  - {name: plain, address: \"127.0.0.1:" + std::to_string(config.port()) +
                                "\"}\n  - name: edge\n    address: \"127.0.0.1:" + std::to_string(config.tls_port()) +
                                "\"\n    tls:\n      certificates:\n"
                                "        - {certificate: tls/0.crt, private_key: tls/0.key, ocsp_staple: edge.ocsp}\n"
                                "        - {certificate: tls/1.crt, private_key: tls/1.key}");
  }

 protected:
  static const CertificateAuthority& authority() {
    static const CertificateAuthority made("Authority of the tests");
    return made;
  }
  static const Certificate& chain() {
    static const Certificate made = [] {
      Certificate issued = authority().issue({.common_name = "gateway.test", .names = "DNS:gateway.test"});
      issued.certificate += authority().certificate();
      return issued;
    }();
    return made;
  }
  static Response reload_with(const std::string& staple) {
    site().gateway.config().file("edge.ocsp", staple);
    site().gateway.write_files();
    return site().gateway.reload();
  }
  static std::string staple_sent(const TlsOptions& options) {
    TlsClient client(site().gateway.tls_port(), options);
    EXPECT_EQ(client.exchange(request("GET", "/public/x")).status, 200) << client.failure();
    return client.staple();
  }
};

TEST_F(OcspStaple, GoesToClientsThatAskForIt) {
  const std::string first = authority().ocsp_response(chain());
  ASSERT_EQ(reload_with(first).status, 200);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SCOPED_TRACE(version);
    EXPECT_EQ(staple_sent({.min_version = version, .max_version = version, .asks_for_staple = true}), first);
    EXPECT_EQ(staple_sent({.min_version = version, .max_version = version}), "");
  }
  EXPECT_EQ(staple_sent({.server_name = "other.test", .asks_for_staple = true}), "");
  const std::string second = authority().ocsp_response(chain(), true, 3600);
  ASSERT_EQ(reload_with(second).status, 200);
  EXPECT_EQ(staple_sent({.asks_for_staple = true}), second);
}

TEST_F(OcspStaple, IsNotSentOnceItHasExpiredOrIsNoGoodNews) {
  const Response expired = reload_with(authority().ocsp_response(chain(), true, -60));
  EXPECT_EQ(expired.status, 200);
  EXPECT_NE(expired.content.find("the OCSP staple expired on"), std::string::npos) << expired.content;
  EXPECT_EQ(staple_sent({.asks_for_staple = true}), "");
  const Response revoked = reload_with(authority().ocsp_response(chain(), false));
  EXPECT_EQ(revoked.status, 200);
  EXPECT_NE(revoked.content.find("says that the certificate is not good"), std::string::npos) << revoked.content;
  EXPECT_EQ(staple_sent({.asks_for_staple = true}), "");
}

TEST_F(OcspStaple, ThatIsNoneForTheCertificateIsRefused) {
  const std::string good = authority().ocsp_response(chain());
  ASSERT_EQ(reload_with(good).status, 200);
  const CertificateAuthority impostor("Authority of the tests");
  std::string damaged = good;
  damaged[damaged.size() - 10] = static_cast<char>(damaged[damaged.size() - 10] ^ 1);
  struct Case {
    std::string staple;
    const char* message;
  };
  const Case cases[] = {
      {"not DER", "it is no OCSP response in DER"},
      {authority().ocsp_response(authority().issue({.serial = 99})), "it is about another certificate"},
      {impostor.ocsp_response(chain()), "it is about another certificate"},
      {damaged, "the issuer of the certificate has not signed it"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.message);
    const Response refused = reload_with(c.staple);
    EXPECT_NE(refused.status, 200);
    EXPECT_NE(refused.content.find(c.message), std::string::npos) << refused.content;
    EXPECT_EQ(staple_sent({.asks_for_staple = true}), good);
  }
}

TEST(CertificateReload, DropsNothing) {
  Site site([](GatewayConfig& config) {
    config.with_tls({make_certificate("old.test")});
    config.set("workers", "2");
  });
  const std::uint16_t port = site.gateway.tls_port();
  std::atomic<bool> stop = false;
  std::atomic<unsigned> good = 0;
  std::atomic<unsigned> failed = 0;
  const auto load = [&](bool keeps_alive) {
    while (!stop) {
      TlsClient client(port);
      for (int i = 0; i < (keeps_alive ? 50 : 1) && !stop; ++i) {
        ++(client.exchange(request("GET", "/public/x")).status == 200 ? good : failed);
      }
    }
  };
  TlsClient open(port);
  ASSERT_EQ(open.exchange(request("GET", "/public/x")).status, 200);
  std::vector<std::thread> clients;
  clients.emplace_back(load, true);
  clients.emplace_back(load, false);
  for (int i = 0; i < 5; ++i) {
    const std::string name = "new" + std::to_string(i) + ".test";
    site.gateway.config().with_tls({make_certificate(name)});
    site.gateway.write_files();
    EXPECT_EQ(site.gateway.reload().status, 200);
    EXPECT_TRUE(eventually([&] { return TlsClient(port, {.server_name = ""}).certificate_name() == name; }));
    const unsigned before = good;
    EXPECT_TRUE(eventually([&] { return good > before + 20; }));
  }
  stop = true;
  for (std::thread& each : clients) each.join();
  EXPECT_EQ(failed, 0U) << "of " << good;
  EXPECT_EQ(open.exchange(request("GET", "/public/x")).status, 200);
  EXPECT_EQ(open.certificate_name(), "old.test");
  open.socket().close();
  EXPECT_EQ(site.gateway.stop(), 0) << site.gateway.errors();
}

TEST(CertificateReview, WarnsOfWhatExpiresAndOfKeysThatAllCanRead) {
  Site site([](GatewayConfig& config) { config.with_tls({make_certificate("gateway.test")}); });
  site.gateway.config().with_tls({make_expired_certificate("gateway.test"), make_certificate("other.test")});
  site.gateway.write_files();
  using std::filesystem::perms;
  std::filesystem::permissions(site.gateway.folder() / "tls/0.key", perms::owner_read | perms::others_read);
  std::filesystem::permissions(site.gateway.folder() / "tls/1.key", perms::owner_read | perms::group_read);
  const CommandResult checked = site.gateway.run({"check"});
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  EXPECT_NE(checked.output.find("warning: the certificate expired on "), std::string::npos) << checked.output;
  EXPECT_NE(checked.output.find("tls/0.key; chmod o-rwx it"), std::string::npos) << checked.output;
  EXPECT_EQ(checked.output.find("tls/1.key"), std::string::npos) << checked.output;
}

}  // namespace
}  // namespace bearward::testing
