#include "snapshot/build_snapshot.h"

#include <gtest/gtest.h>

#include <map>

#include "support/certificates.h"

namespace bearward::snapshot {
namespace {

const testing::Certificate& certificate() {
  static const testing::Certificate made = testing::make_certificate("gateway.test");
  return made;
}

config::Config with_tls() {
  config::Config config;
  config::Listener listener;
  listener.address = {"127.0.0.1", 8443, {"gateway.yaml", 2, 3}};
  listener.tls.emplace();
  listener.tls->certificates = {{"edge.crt", "edge.key", "", {"gateway.yaml", 5, 9}}};
  config.listeners = {listener};
  config::SigningKey key;
  key.kid = "k1";
  key.algorithm = "HS256";
  key.secret = Secret("contract-secret-of-at-least-32-bytes!!");
  config.tokens.signing_keys = {key};
  return config;
}

struct Built {
  std::shared_ptr<Snapshot> snapshot;
  std::string findings;
};

Built build(const std::map<std::string, std::string>& files) {
  config::Diagnostics diagnostics;
  const ReadFile read = [&](const std::string& path) -> Result<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return std::unexpected(error_code{ENOENT, boost::system::system_category()});
    return found->second;
  };
  Built built{build_snapshot(with_tls(), read, diagnostics), {}};
  for (const config::Finding& finding : diagnostics.sorted()) built.findings += finding.to_string() + "\n";
  return built;
}

TEST(BuildSnapshot, MakesTheTlsContextOfAListener) {
  const Built built = build({{"edge.crt", certificate().certificate}, {"edge.key", certificate().private_key}});
  ASSERT_TRUE(built.snapshot) << built.findings;
  ASSERT_EQ(built.snapshot->tls.size(), 1U);
  EXPECT_NE(built.snapshot->tls.front(), nullptr);
  EXPECT_NE(built.snapshot->token_issuer, nullptr);
}

TEST(BuildSnapshot, NeverServesATlsListenerInClearText) {
  const testing::Certificate other = testing::make_certificate("other.test");
  struct Case {
    const char* name;
    std::map<std::string, std::string> files;
    const char* says;
  };
  const Case cases[] = {
      {"no certificate", {{"edge.key", certificate().private_key}}, "cannot read certificate edge.crt"},
      {"no key", {{"edge.crt", certificate().certificate}}, "cannot read private key edge.key"},
      {"an empty certificate",
       {{"edge.crt", ""}, {"edge.key", certificate().private_key}},
       "cannot read certificate edge.crt: the file is empty"},
      {"an empty key",
       {{"edge.crt", certificate().certificate}, {"edge.key", ""}},
       "cannot read private key edge.key: the file is empty"},
      {"no PEM", {{"edge.crt", "x"}, {"edge.key", certificate().private_key}}, "holds no PEM certificate"},
      {"another's key",
       {{"edge.crt", certificate().certificate}, {"edge.key", other.private_key}},
       "the private key does not belong to the certificate"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Built built = build(c.files);
    EXPECT_EQ(built.snapshot, nullptr);
    EXPECT_TRUE(built.findings.starts_with("gateway.yaml:5:9: error: ")) << built.findings;
    EXPECT_NE(built.findings.find(c.says), std::string::npos) << built.findings;
    EXPECT_EQ(built.findings.find("PRIVATE"), std::string::npos);
  }
}

}  // namespace
}  // namespace bearward::snapshot
