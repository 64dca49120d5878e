#include "http/forwarding.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "http/field_syntax.h"

namespace bearward::http {
namespace {

Field field(std::string_view name, std::string_view value = "x") {
  const std::uint32_t hash = folded_hash(name);
  return {name, value, hash, identify(name, hash)};
}

IpAddress address(std::string_view text) { return *IpAddress::parse(text); }

Connection connection_from(const std::string& peer, bool tls = false) {
  return {.peer = address(peer), .peer_text = peer, .local_port = 8443, .tls = tls};
}

TEST(HopByHop, DropsTheFixedSetAndWhatConnectionNames) {
  const std::vector<Field> fields = {field("Connection", "close, X-Mine"), field("connection", ",Keep-Alive, x-other")};
  const HopByHop hop_by_hop(fields);
  for (const char* name : {"Connection", "Keep-Alive", "Proxy-Authorization", "Proxy-Authenticate", "Proxy-Connection",
                           "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length", "X-MINE", "X-Other"}) {
    EXPECT_TRUE(hop_by_hop.drops(field(name))) << name;
  }
  EXPECT_FALSE(HopByHop(fields, true).drops(field("Trailer")));
  for (const char* name : {"Cookie", "X-Mine-Too", "Authorization", "Host"}) {
    EXPECT_FALSE(hop_by_hop.drops(field(name))) << name;
  }
}

TEST(IsForwardingField, KnowsEverySpelling) {
  for (const char* name :
       {"Forwarded", "VIA", "X-Forwarded-For", "x_forwarded_for", "X.Forwarded.Proto", "X-Forwarded_Host",
        "X-Forwarded-Port", "X-Forwarded-Server", "X-Request-Id", "X_Request_Id", "Proxy", "PROXY"}) {
    EXPECT_TRUE(is_forwarding_field(field(name))) << name;
  }
  for (const char* name : {"X-Forwarded-Forr", "Vi", "X-Request-Ids", "Proxy-X", "Cookie"}) {
    EXPECT_FALSE(is_forwarding_field(field(name))) << name;
  }
}

TEST(IsProxyClaim, KnowsEverySpelling) {
  for (const char* name : {"X-Original-URL", "x_rewrite_url", "X-Real-IP", "X.Forwarded.Prefix", "Client_IP"}) {
    EXPECT_TRUE(is_proxy_claim(field(name))) << name;
  }
  for (const char* name : {"X-Real-IPs", "X-Forwarded-User", "Client", "Cookie"}) {
    EXPECT_FALSE(is_proxy_claim(field(name))) << name;
  }
}

TEST(ImitatesFramingField, KnowsWhatOnlySomeServersRead) {
  for (const char* name : {"Content_Length", "content.length", "Transfer_Encoding", "TRANSFER_ENCODING"}) {
    EXPECT_TRUE(imitates_framing_field(field(name))) << name;
  }
  for (const char* name : {"Content-Length", "Transfer-Encoding", "Host", "Content-Type", "X-Content-Length"}) {
    EXPECT_FALSE(imitates_framing_field(field(name))) << name;
  }
}

TEST(FindOrigin, BelievesOnlyTrustedProxies) {
  const std::vector<IpNetwork> trusted = {*IpNetwork::parse("10.0.0.0/8"), *IpNetwork::parse("2001:db8::/32")};
  struct Case {
    const char* name;
    const char* peer;
    std::vector<Field> fields;
    const char* client_ip;
    bool secure = false;
  };
  const Case cases[] = {
      {"a stranger's word counts for nothing",
       "192.0.2.1",
       {field("X-Forwarded-For", "1.1.1.1"), field("X-Forwarded-Proto", "https")},
       "192.0.2.1"},
      {"a trusted proxy's word", "10.0.0.1", {field("X-Forwarded-For", "192.0.2.7")}, "192.0.2.7"},
      {"its word of TLS", "10.0.0.1", {field("X-Forwarded-Proto", "HTTPS")}, "10.0.0.1", true},
      {"the rightmost stranger; what is left of it is the client's own word",
       "10.0.0.1",
       {field("X-Forwarded-For", "1.1.1.1, 192.0.2.7, 10.0.0.9")},
       "192.0.2.7"},
      {"over several lines",
       "10.0.0.1",
       {field("X-Forwarded-For", "1.1.1.1"), field("X-Forwarded-For", "192.0.2.7"),
        field("X-Forwarded-For", "10.0.0.9")},
       "192.0.2.7"},
      {"all of them trusted: the first", "10.0.0.1", {field("X-Forwarded-For", "10.0.0.3, 10.0.0.2")}, "10.0.0.3"},
      {"with ports", "10.0.0.1", {field("X-Forwarded-For", "192.0.2.7:4711")}, "192.0.2.7"},
      {"IPv6 with a port", "2001:db8::1", {field("X-Forwarded-For", "[2001:dead::7]:4711")}, "2001:dead::7"},
      {"what is no address ends the chain",
       "10.0.0.1",
       {field("X-Forwarded-For", "192.0.2.7, unknown, 10.0.0.2")},
       "10.0.0.2"},
      {"an empty member ends the chain", "10.0.0.1", {field("X-Forwarded-For", "192.0.2.7, ")}, "10.0.0.1"},
      {"an open bracket", "10.0.0.1", {field("X-Forwarded-For", "[")}, "10.0.0.1"},
      {"IPv6 in brackets without a port", "10.0.0.1", {field("X-Forwarded-For", "[2001:dead::7]")}, "2001:dead::7"},
      {"a hidden port", "10.0.0.1", {field("X-Forwarded-For", "192.0.2.7:_p1")}, "192.0.2.7"},
      {"junk after the bracket", "10.0.0.1", {field("X-Forwarded-For", "[2001:dead::7]x")}, "10.0.0.1"},
      {"a port that is none", "10.0.0.1", {field("X-Forwarded-For", "192.0.2.7:x")}, "10.0.0.1"},
      {"a port without digits", "10.0.0.1", {field("X-Forwarded-For", "192.0.2.7:")}, "10.0.0.1"},
      {"IPv4 in brackets", "10.0.0.1", {field("X-Forwarded-For", "[192.0.2.7]")}, "10.0.0.1"},
      {"a hidden name", "10.0.0.1", {field("X-Forwarded-For", "_hidden")}, "10.0.0.1"},
      {"the nearest proxy's word of TLS, in a list",
       "10.0.0.1",
       {field("X-Forwarded-Proto", "https, http")},
       "10.0.0.1"},
      {"and in a field of its own",
       "10.0.0.1",
       {field("X-Forwarded-Proto", "http"), field("X-Forwarded-Proto", "https")},
       "10.0.0.1",
       true},
      {"Forwarded", "10.0.0.1", {field("Forwarded", "for=192.0.2.7;proto=http")}, "192.0.2.7"},
      {"Forwarded, from the right",
       "10.0.0.1",
       {field("Forwarded", "for=1.1.1.1, for=\"[2001:dead::7]:4711\";by=_x, for=10.0.0.9")},
       "2001:dead::7"},
      {"Forwarded over several lines",
       "10.0.0.1",
       {field("Forwarded", "for=192.0.2.7"), field("Forwarded", "FOR=\"10.0.0.9:80\"")},
       "192.0.2.7"},
      {"Forwarded with an element that names nobody",
       "10.0.0.1",
       {field("Forwarded", "for=192.0.2.7, proto=https, for=10.0.0.9")},
       "10.0.0.9"},
      {"Forwarded with unknown", "10.0.0.1", {field("Forwarded", "for=192.0.2.7, for=unknown")}, "10.0.0.1"},
      {"Forwarded that is not to the letter", "10.0.0.1", {field("Forwarded", "for=192.0.2.7,")}, "10.0.0.1"},
      {"X-Forwarded-For wins over Forwarded, which the client may have sent",
       "10.0.0.1",
       {field("Forwarded", "for=6.6.6.6"), field("X-Forwarded-For", "192.0.2.7")},
       "192.0.2.7"},
      {"even where it says nothing",
       "10.0.0.1",
       {field("Forwarded", "for=6.6.6.6"), field("X-Forwarded-For", "unknown")},
       "10.0.0.1"},
      {"another spelling is not that field", "10.0.0.1", {field("X_Forwarded_For", "192.0.2.7")}, "10.0.0.1"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    RequestHead head;
    head.fields = c.fields;
    const Origin origin = find_origin(head, connection_from(c.peer), trusted);
    EXPECT_EQ(origin.client_ip.to_string(), c.client_ip);
    EXPECT_EQ(origin.secure, c.secure);
  }
}

std::string written_for(const RequestHead& head, const Connection& connection, bool trusted) {
  std::array<char, 2048> room;
  HeadWriter writer(room);
  write_forwarding(head, connection, {connection.peer, connection.tls, trusted}, writer);
  return std::string(writer.written());
}

TEST(WriteForwarding, TellsAnUpstreamWhatWeKnowAndNothingOfAStrangersWord) {
  const std::vector<Field> fields = {field("Forwarded", "for=evil"), field("X-Forwarded-For", "6.6.6.6"),
                                     field("X-Forwarded-Host", "evil.test"), field("X-Forwarded-Port", "1"),
                                     field("Via", "1.0 other")};
  RequestHead head;
  head.fields = fields;
  head.authority = {"gateway.test", "8443"};
  EXPECT_EQ(written_for(head, connection_from("192.0.2.1", true), false),
            "Forwarded: for=192.0.2.1;host=\"gateway.test:8443\";proto=https\r\n"
            "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: gateway.test:8443\r\n"
            "X-Forwarded-Port: 8443\r\nVia: 1.0 other, 1.1 bearward\r\n");
}

TEST(WriteForwarding, AddsToATrustedProxysWord) {
  const std::vector<Field> fields = {field("Forwarded", "for=1.2.3.4"), field("X-Forwarded-For", "1.2.3.4"),
                                     field("X-Forwarded-Host", "shop.test"), field("X-Forwarded-Port", "443")};
  RequestHead head;
  head.fields = fields;
  head.version = Version::http1_0;
  EXPECT_EQ(written_for(head, connection_from("2001:db8::1"), true),
            "Forwarded: for=1.2.3.4, for=\"[2001:db8::1]\";proto=http\r\n"
            "X-Forwarded-For: 1.2.3.4, 2001:db8::1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: shop.test\r\n"
            "X-Forwarded-Port: 443\r\nVia: 1.0 bearward\r\n");
}

std::string line_of(const std::string& written, std::string_view name) {
  const std::size_t at = written.find("\r\n" + std::string(name) + ": ");
  return at == std::string::npos ? "absent" : written.substr(at + 2, written.find("\r\n", at + 2) - at - 2);
}

TEST(WriteForwarding, TakesTheNearestProxysWordWhereItCanBeTrue) {
  struct Case {
    const char* name;
    std::vector<Field> fields;
    const char* host;
    const char* port;
  };
  const Case cases[] = {
      {"nothing is told", {}, "gateway.test", "8443"},
      {"the last of a list",
       {field("X-Forwarded-Host", "a.test, b.test"), field("X-Forwarded-Port", "1, 444")},
       "b.test",
       "444"},
      {"the last field",
       {field("X-Forwarded-Host", "evil.test"), field("X-Forwarded-Host", "b.test"), field("X-Forwarded-Port", "1"),
        field("X-Forwarded-Port", "444")},
       "b.test",
       "444"},
      {"a host with its port", {field("X-Forwarded-Host", "b.test:8000")}, "b.test:8000", "8000"},
      {"IPv6", {field("X-Forwarded-Host", "[2001:db8::1]")}, "[2001:db8::1]", "80"},
      {"the scheme alone", {field("X-Forwarded-Proto", "http")}, "gateway.test", "80"},
      {"no host", {field("X-Forwarded-Host", "b.test/<x>"), field("X-Forwarded-Port", "44x")}, "gateway.test", "8443"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    RequestHead head;
    head.fields = c.fields;
    head.authority = {"gateway.test", ""};
    const std::string written = written_for(head, connection_from("192.0.2.1"), true);
    EXPECT_EQ(line_of(written, "X-Forwarded-Host"), "X-Forwarded-Host: " + std::string(c.host));
    EXPECT_EQ(line_of(written, "X-Forwarded-Port"), "X-Forwarded-Port: " + std::string(c.port));
  }
}

TEST(CountVia, CountsTheMembersOfOurName) {
  const auto times = [](std::vector<Field> fields) { return count_via(fields, "edge"); };
  EXPECT_EQ(times({}), 0U);
  EXPECT_EQ(times({field("Via", "1.1 edge")}), 1U);
  EXPECT_EQ(times({field("Via", "1.1 edge, 1.0 other,1.1 EDGE (a comment)"), field("via", "HTTP/1.1  edge")}), 3U);
  EXPECT_EQ(times({field("Via", "1.1 edges, 1.1 an-edge, edge, 1.1 edge:80, 1.1"), field("X-Via", "1.1 edge")}), 0U);
}

}  // namespace
}  // namespace bearward::http
