#include "base/ip_network.h"

#include <gtest/gtest.h>

namespace bearward {
namespace {

TEST(IpAddress, ParsesAddressesAndNothingElse) {
  struct Case {
    const char* name;
    std::string_view text;
    const char* canonical;  // null: refused
  };
  const Case cases[] = {
      {"an IPv4 address", "192.0.2.1", "192.0.2.1"},
      {"the lowest", "0.0.0.0", "0.0.0.0"},
      {"an IPv6 address", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"an IPv4-mapped address is the IPv4 one", "::ffff:192.0.2.1", "192.0.2.1"},
      {"loopback", "::1", "::1"},
      {"a leading zero, which some read as octal", "192.0.2.01", nullptr},
      {"three numbers, which some read as four", "127.0.1", nullptr},
      {"one number", "2130706433", nullptr},
      {"a number over 255", "192.0.2.256", nullptr},
      {"a port", "192.0.2.1:80", nullptr},
      {"brackets", "[::1]", nullptr},
      {"a zone", "fe80::1%eth0", nullptr},
      {"white space", " 192.0.2.1", nullptr},
      {"a NUL after an address", std::string_view("192.0.2.1\0", 10), nullptr},
      {"nothing", "", nullptr},
      {"a name", "localhost", nullptr},
      {"far too long", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", nullptr},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto address = IpAddress::parse(c.text);
    ASSERT_EQ(address.has_value(), c.canonical != nullptr);
    if (address) {
      EXPECT_EQ(address->to_string(), c.canonical);
    }
  }
}

TEST(IpAddress, KnowsWhichAreV4) {
  EXPECT_TRUE(IpAddress::parse("10.1.2.3")->is_v4());
  EXPECT_TRUE(IpAddress::parse("::ffff:10.1.2.3")->is_v4());
  EXPECT_FALSE(IpAddress::parse("::10.1.2.3")->is_v4());
  EXPECT_EQ(*IpAddress::parse("10.1.2.3"), *IpAddress::parse("::ffff:10.1.2.3"));
}

TEST(IpNetwork, ParsesNetworksAndNothingElse) {
  struct Case {
    const char* name;
    std::string_view text;
    int prefix_bits;  // in the 16-byte form; -1: refused
  };
  const Case cases[] = {
      {"an IPv4 block", "10.0.0.0/8", 104},
      {"all of IPv4", "0.0.0.0/0", 96},
      {"a bare address", "10.1.2.3", 128},
      {"an IPv6 block", "2001:db8::/32", 32},
      {"a mapped block counts 128 bits", "::ffff:10.0.0.0/104", 104},
      {"everything", "::/0", 0},
      {"host bits that are set", "10.0.0.1/8", -1},
      {"host bits that are set inside an octet", "10.128.0.0/8", -1},
      {"a prefix over 32", "10.0.0.0/33", -1},
      {"a prefix over 128", "::/129", -1},
      {"an empty prefix", "10.0.0.0/", -1},
      {"a sign", "10.0.0.0/+8", -1},
      {"a leading zero", "10.0.0.0/08", -1},
      {"a netmask", "10.0.0.0/255.0.0.0", -1},
      {"two prefixes", "10.0.0.0/8/8", -1},
      {"no address", "/8", -1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto network = IpNetwork::parse(c.text);
    ASSERT_EQ(network.has_value(), c.prefix_bits >= 0);
    if (network) {
      EXPECT_EQ(network->prefix_bits, static_cast<unsigned>(c.prefix_bits));
    }
  }
}

TEST(IpNetwork, ContainsExactlyItsAddresses) {
  struct Case {
    const char* network;
    const char* address;
    bool inside;
  };
  const Case cases[] = {
      {"10.0.0.0/8", "10.0.0.0", true},
      {"10.0.0.0/8", "10.255.255.255", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"10.0.0.0/8", "9.255.255.255", false},
      {"10.0.0.0/8", "::ffff:10.1.1.1", true},
      {"10.0.0.0/8", "::10.1.1.1", false},
      {"192.0.2.64/26", "192.0.2.127", true},
      {"192.0.2.64/26", "192.0.2.128", false},
      {"192.0.2.1", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.2", false},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "2001:db8::1", true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string{c.network} + " and " + c.address);
    EXPECT_EQ(IpNetwork::parse(c.network)->contains(*IpAddress::parse(c.address)), c.inside);
  }
}

}  // namespace
}  // namespace bearward
