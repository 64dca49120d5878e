#include "crypto/ca_certificates.h"

#include <gtest/gtest.h>

#include "support/certificates.h"

namespace bearward::crypto {
namespace {

TEST(HoldsCaCertificates, WantsWholeCertificatesAndOneAtLeast) {
  const testing::Certificate made = testing::make_certificate("ca.test");
  const std::string& one = made.certificate;
  const std::string damaged = one.substr(0, 60) + "!!!!" + one.substr(64);
  EXPECT_TRUE(holds_ca_certificates(one));
  EXPECT_TRUE(holds_ca_certificates("# our own\n" + one + "\n" + one));
  EXPECT_FALSE(holds_ca_certificates(""));
  EXPECT_FALSE(holds_ca_certificates("no certificate"));
  EXPECT_FALSE(holds_ca_certificates(made.private_key));
  EXPECT_FALSE(holds_ca_certificates(damaged));
  EXPECT_FALSE(holds_ca_certificates(one + damaged)) << "half of what was meant to be trusted";
  EXPECT_FALSE(holds_ca_certificates(one + one.substr(0, one.size() / 2)));
}

}  // namespace
}  // namespace bearward::crypto
