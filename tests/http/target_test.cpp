#include "http/target.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace bearward::http {
namespace {

TEST(ParseTarget, NormalisesOnceSoThatAllReadersSeeOnePath) {
  struct Case {
    const char* name;
    const char* raw;
    const char* path;
    const char* query = "";
    const char* authority = "";
  };
  const Case cases[] = {
      {"as it is", "/a/b", "/a/b"},
      {"the root", "/", "/"},
      {"a query stays as it came", "/a?x=%2F../&y=//", "/a", "?x=%2F../&y=//"},
      {"an empty query", "/a?", "/a", "?"},
      {"a trailing slash stays", "/a/", "/a/"},
      {"escaped unreserved characters are decoded", "/%61%2D%7e%5F", "/a-~_"},
      {"other escapes are upper-cased", "/%e2%82%ac%3f%25", "/%E2%82%AC%3F%25"},
      {"an escaped percent is not decoded twice", "/%252e%252e/x", "/%252e%252e/x"},
      {"slashes are merged", "//a///b//", "/a/b/"},
      {"dot segments", "/a/./b/../c", "/a/c"},
      {"dot segments at the end leave a folder", "/a/b/..", "/a/"},
      {"a single dot at the end", "/a/.", "/a/"},
      {"back to the root", "/a/..", "/"},
      {"escaped dot segments", "/a/%2e%2E/b", "/b"},
      {"half-escaped dot segments", "/a/.%2e/b", "/b"},
      {"dots behind merged slashes", "/a//..//b", "/b"},
      {"more dots are a name", "/a/.../b", "/a/.../b"},
      {"a name that begins with a dot", "/.well-known/x", "/.well-known/x"},
      {"a parameter of another segment", "/a;x=1/b", "/a;x=1/b"},
      {"absolute form", "http://gateway.test/a/../b?q", "/b", "?q", "gateway.test"},
      {"absolute form without a path", "http://gateway.test", "/", "", "gateway.test"},
      {"absolute form with a query alone", "HTTPS://gateway.test:8443?q", "/", "?q", "gateway.test:8443"},
      {"the server itself", "*", "*"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::string raw = c.raw;
    const auto target = parse_target(raw);
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, c.path);
    EXPECT_EQ(target->query, c.query);
    EXPECT_EQ(target->authority, c.authority);
  }
}

TEST(ParseTarget, RefusesWhatReadersCouldTakeDifferently) {
  struct Case {
    const char* name;
    std::string raw;
    TargetError error;
  };
  const Case cases[] = {{"empty", "", TargetError::malformed},
                        {"a quote in the path", "/a\"b", TargetError::malformed},
                        {"an angle bracket in the path", "/a<b>", TargetError::malformed},
                        {"no slash", "a/b", TargetError::malformed},
                        {"authority form", "gateway.test:443", TargetError::malformed},
                        {"another scheme", "ftp://gateway.test/", TargetError::malformed},
                        {"no authority", "http:///a", TargetError::malformed},
                        {"a fragment", "/a#b", TargetError::malformed},
                        {"a fragment in the query", "/a?b#c", TargetError::malformed},
                        {"a backslash", "/a\\..\\b", TargetError::malformed},
                        {"a tab", "/a\tb", TargetError::malformed},
                        {"an octet that is not ASCII", "/\xc3\xa9", TargetError::malformed},
                        {"DEL", "/a\x7f", TargetError::malformed},
                        {"NUL", std::string("/a\0b", 4), TargetError::malformed},
                        {"a control octet in the query", "/a?\x01", TargetError::malformed},
                        {"half an escape", "/a%4", TargetError::malformed},
                        {"a lone percent", "/%", TargetError::malformed},
                        {"an escape that is none", "/%zz", TargetError::malformed},
                        {"an escaped slash", "/a%2fb", TargetError::encoded_separator},
                        {"an escaped backslash", "/a%5Cb", TargetError::encoded_separator},
                        {"an escaped NUL", "/a%00", TargetError::encoded_separator},
                        {"climbs", "/..", TargetError::climbs_above_root},
                        {"climbs later", "/a/../../b", TargetError::climbs_above_root},
                        {"climbs in disguise", "/a/%2e%2e/%2e%2e/etc", TargetError::climbs_above_root},
                        {"climbs for a server that drops parameters", "/a/..;x/b", TargetError::dot_with_parameter},
                        {"the same, escaped", "/a/%2e%2e;/b", TargetError::dot_with_parameter},
                        {"the same, the parameter's mark escaped too", "/a/..%3b/b", TargetError::dot_with_parameter},
                        {"an overlong dot, '.' to lax decoders", "/a/%c0%ae%c0%ae/b", TargetError::malformed},
                        {"an overlong slash of three octets", "/a/%e0%80%af", TargetError::malformed},
                        {"an overlong slash of four octets", "/a/%f0%80%80%af", TargetError::malformed}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::string raw = c.raw;
    const auto target = parse_target(raw);
    ASSERT_FALSE(target);
    EXPECT_EQ(target.error(), c.error);
  }
}

TEST(ParseTarget, IsIdempotent) {
  for (const char* raw : {"/%41//./b/%2e%2e/c%3b", "/a/b/../..", "/%7Eme/%e2%82%ac/."}) {
    std::string once = raw;
    std::string path(parse_target(once)->path);
    std::string twice = path;
    EXPECT_EQ(parse_target(twice)->path, path);
  }
}

TEST(ParseAuthority, TakesHostAndPortAndNothingElse) {
  struct Case {
    const char* name;
    const char* raw;
    std::optional<std::pair<const char*, const char*>> authority;
  };
  const Case cases[] = {{"a name", "Gateway.Test", {{"gateway.test", ""}}},
                        {"with a port", "gateway.test:8080", {{"gateway.test", "8080"}}},
                        {"an empty port", "gateway.test:", {{"gateway.test", ""}}},
                        {"a trailing dot is the same name", "gateway.test.:80", {{"gateway.test", "80"}}},
                        {"IPv4", "127.0.0.1:1", {{"127.0.0.1", "1"}}},
                        {"IPv6", "[2001:DB8::1]:443", {{"[2001:db8::1]", "443"}}},
                        {"an underscore, as Docker names have", "my_app", {{"my_app", ""}}},
                        {"empty", "", {}},
                        {"a port alone", ":80", {}},
                        {"user information", "user@gateway.test", {}},
                        {"a path", "gateway.test/x", {}},
                        {"two hosts", "a.test,b.test", {}},
                        {"a space", "a.test b.test", {}},
                        {"two trailing dots", "gateway.test..", {}},
                        {"a leading dot", ".test", {}},
                        {"a port that is none", "gateway.test:8o", {}},
                        {"a port out of range", "gateway.test:65536", {}},
                        {"a port that overflows", "gateway.test:99999999999999999999", {}},
                        {"a sign", "gateway.test:+80", {}},
                        {"IPv6 without brackets", "::1", {}},
                        {"brackets around a name", "[gateway.test]", {}},
                        {"brackets around IPv4", "[127.0.0.1]", {}},
                        {"an open bracket", "[::1", {}},
                        {"something behind the bracket", "[::1]x", {}},
                        {"a zone", "[fe80::1%25eth0]", {}},
                        {"an escape", "gateway%2etest", {}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::string raw = c.raw;
    Authority authority;
    ASSERT_EQ(parse_authority(raw, authority), c.authority.has_value());
    if (!c.authority) continue;
    EXPECT_EQ(authority.host, c.authority->first);
    EXPECT_EQ(authority.port, c.authority->second);
  }
}

}  // namespace
}  // namespace bearward::http
