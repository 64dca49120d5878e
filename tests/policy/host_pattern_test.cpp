#include "policy/host_pattern.h"

#include <gtest/gtest.h>

namespace bearward::policy {
namespace {

TEST(HostPattern, ParsesNamesWildcardsAndAddresses) {
  using Kind = HostPattern::Kind;
  struct Case {
    const char* name;
    const char* text;
    Kind kind;
    const char* host;
    const char* written;
  };
  const Case cases[] = {
      {"none is any", "", Kind::any, "", "*"},
      {"a name", "api.example.org", Kind::exact, "api.example.org", "api.example.org"},
      {"a name of one label", "localhost", Kind::exact, "localhost", "localhost"},
      {"capitals mean nothing", "API.Example.ORG", Kind::exact, "api.example.org", "api.example.org"},
      {"a wildcard", "*.Example.org", Kind::wildcard, "example.org", "*.example.org"},
      {"an IPv4 address", "192.0.2.1", Kind::exact, "192.0.2.1", "192.0.2.1"},
      {"an IPv6 address in brackets", "[2001:DB8::1]", Kind::exact, "[2001:db8::1]", "[2001:db8::1]"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto host = HostPattern::parse(c.text);
    ASSERT_TRUE(host) << host.error();
    EXPECT_EQ(host->kind, c.kind);
    EXPECT_EQ(host->name, c.host);
    EXPECT_EQ(host->to_string(), c.written);
  }
}

TEST(HostPattern, RefusesWhatNoHostIs) {
  struct Case {
    const char* name;
    std::string text;
    const char* says;
  };
  const Case cases[] = {
      {"a port", "example.org:443", "without a port"},
      {"an IPv6 address without brackets", "2001:db8::1", "in brackets"},
      {"a star alone", "*", "leave host out"},
      {"a star inside", "api.*.org", "*.example.org"},
      {"a star in a label", "a*.example.org", "*.example.org"},
      {"a dot at the end", "example.org.", "dot at the end"},
      {"an empty label", "a..b", "expected a name"},
      {"a URL", "http//example.org", "expected a name"},
      {"not ASCII", "caf\xc3\xa9.example", "xn--"},
      {"a label that is too long", std::string(64, 'a') + ".org", "expected a name"},
      {"a name that is too long",
       "a." + std::string(63, 'a') + "." + std::string(63, 'a') + "." + std::string(63, 'a') + "." +
           std::string(63, 'a'),
       "expected a name"},
      {"a wildcard of nothing", "*.", "dot at the end"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto host = HostPattern::parse(c.text);
    ASSERT_FALSE(host) << host->name;
    EXPECT_NE(host.error().find(c.says), std::string::npos) << host.error();
  }
}

}  // namespace
}  // namespace bearward::policy
