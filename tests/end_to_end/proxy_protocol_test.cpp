#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "support/certificates.h"
#include "support/site.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

using namespace std::string_literals;

const std::string line = "PROXY TCP4 203.0.113.7 192.0.2.1 40000 8443\r\n";
const std::string binary = "\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x27"s + "\x20\x01\x0d\xb8"s + std::string(11, '\0') +
                           "\x07" + "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01" + "\x9c\x40\x20\xfb" +
                           "\x04\0\0"s;
const std::string local = "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"s;

std::string listeners(const GatewayConfig& config, const std::string& further) {
  return "\n  - {name: plain, address: \"127.0.0.1:" + std::to_string(config.port()) + "\", proxy_protocol: true" +
         further + "}\n  - {name: edge, address: \"127.0.0.1:" + std::to_string(config.tls_port()) +
         "\", proxy_protocol: true, tls: {certificates: [{certificate: tls/0.crt, private_key: tls/0.key}]}}";
}

class ProxyProtocol : public SharedSiteTest<ProxyProtocol> {
 public:
  static void configure(GatewayConfig& config) {
    config.with_tls({make_certificate("gateway.test")});
    config.set("listeners", listeners(config, ""));
    config.set("limits", "{header_timeout: 2s}");
    config.set("trusted_proxies", "[198.51.100.0/24]");
    config.routes(
        "  - {name: public, match: {path: /public/**}, access: public, upstream: echo}\n"
        "  - {name: near, match: {path: /near/**}, access: {client_ip: 203.0.113.0/24}, upstream: echo}\n");
  }

 protected:
  static void expect_closed(RawClient& connection) {
    EXPECT_EQ(connection.read_response().status, 0);
    EXPECT_NE(connection.wait_for_end(), Ending::open);
    EXPECT_EQ(upstream().received_bytes(), 0);
  }
};

TEST_F(ProxyProtocol, TheAddressInTheHeaderIsThePeers) {
  RawClient connection = client();
  connection.send(line);
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(connection.exchange(request("GET", "/public/x")).status, 200);
    EXPECT_EQ(upstream().last().field("X-Forwarded-For"), "203.0.113.7");
    EXPECT_TRUE(upstream().last().field("Forwarded").starts_with("for=203.0.113.7;"));
    EXPECT_EQ(upstream().last().field("X-Forwarded-Port"), "8443");
  }
  EXPECT_TRUE(site().gateway.wait_for_log("\"client_ip\":\"203.0.113.7\""));

  RawClient six = client();
  six.send(binary + request("GET", "/public/x"));
  ASSERT_EQ(six.read_response().status, 200);
  EXPECT_EQ(upstream().last().field("X-Forwarded-For"), "2001:db8::7");
  EXPECT_EQ(upstream().last().field("X-Forwarded-Port"), "8443");
}

TEST_F(ProxyProtocol, AHealthCheckOfTheProxyKeepsItsOwnAddress) {
  for (const std::string& header : {local, "PROXY UNKNOWN\r\n"s}) {
    RawClient connection = client();
    connection.send(header + request("GET", "/public/x"));
    ASSERT_EQ(connection.read_response().status, 200);
    EXPECT_EQ(upstream().last().field("X-Forwarded-For"), "127.0.0.1");
    EXPECT_EQ(upstream().last().field("X-Forwarded-Port"), std::to_string(site().gateway.port()));
  }
}

TEST_F(ProxyProtocol, TrustedProxiesBuildOnIt) {
  RawClient trusted = client();
  trusted.send("PROXY TCP4 198.51.100.9 192.0.2.1 40000 8443\r\n" +
               request("GET", "/public/x", "X-Forwarded-For: 192.0.2.44\r\n"));
  ASSERT_EQ(trusted.read_response().status, 200);
  EXPECT_EQ(upstream().last().field("X-Forwarded-For"), "192.0.2.44, 198.51.100.9");

  RawClient other = client();
  other.send(line + request("GET", "/public/x", "X-Forwarded-For: 192.0.2.44\r\n"));
  ASSERT_EQ(other.read_response().status, 200);
  EXPECT_EQ(upstream().last().field("X-Forwarded-For"), "203.0.113.7");
}

TEST_F(ProxyProtocol, AccessByAddressGoesByIt) {
  const auto status_from = [](const std::string& header) {
    RawClient connection = client();
    connection.send(header + request("GET", "/near/x", bearer(site().token("alice"))));
    return connection.read_response().status;
  };
  EXPECT_EQ(status_from(line), 200);
  EXPECT_EQ(status_from(local), 403);
}

TEST_F(ProxyProtocol, ComesBeforeTls) {
  for (const std::string& header : {line, binary}) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      TlsClient connection(site().gateway.tls_port(),
                           {.min_version = version, .max_version = version, .preamble = header});
      ASSERT_TRUE(connection.connected()) << connection.failure();
      ASSERT_EQ(connection.exchange(request("GET", "/public/x")).status, 200);
      EXPECT_NE(upstream().last().field("X-Forwarded-For"), "127.0.0.1");
      EXPECT_EQ(upstream().last().field("X-Forwarded-Proto"), "https");
    }
  }
  TlsClient without(site().gateway.tls_port());
  EXPECT_FALSE(without.connected());
}

TEST_F(ProxyProtocol, MayComeInManyPackets) {
  for (const std::string& header : {line, binary}) {
    RawClient connection = client();
    for (const char c : header) ASSERT_TRUE(connection.send({&c, 1}));
    ASSERT_EQ(connection.exchange(request("GET", "/public/x")).status, 200);
    EXPECT_NE(upstream().last().field("X-Forwarded-For"), "127.0.0.1");
  }
}

TEST_F(ProxyProtocol, WithoutAGoodOneTheConnectionIsClosed) {
  for (const std::string& beginning : {request("GET", "/public/x"), "PROXY TCP4 203.0.113.7 192.0.2.1 040 443\r\n"s,
                                       "PROXY TCP4 203.0.113.7 192.0.2.1 40000 443\n"s, binary.substr(0, 12) + "\x22",
                                       std::string(5000, 'P'), "\x16\x03\x01\x02\0\x01\0\x01"s}) {
    SCOPED_TRACE(beginning.substr(0, 40));
    RawClient connection = client();
    connection.send(beginning + request("GET", "/public/x"));
    expect_closed(connection);
  }
  RawClient two = client();
  two.send(line + line + request("GET", "/public/x"));
  EXPECT_EQ(two.read_response().status, 400) << "a second one is no request";
}

TEST_F(ProxyProtocol, ATooSlowOneIsGivenUp) {
  RawClient silent = client();
  RawClient dripping = client();
  bool taken = true;
  for (int i = 0; i < 400 && taken; ++i) {
    taken = dripping.send(i == 0   ? "PROXY UNKNOWN "
                          : i < 80 ? "x"
                                   : "") &&
            dripping.socket().receive(std::chrono::milliseconds(50)).ending == Ending::open;
  }
  EXPECT_FALSE(taken) << "a byte now and then does not put it off";
  expect_closed(silent);
}

TEST_F(ProxyProtocol, TheSelftestSendsOne) {
  const CommandResult result = site().gateway.run({"selftest", "--insecure"});
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
}

TEST(ProxyProtocolFrom, ClosesTheConnectionsOfOthers) {
  Site site([](GatewayConfig& config) {
    config.with_tls({make_certificate("gateway.test")});
    config.set("listeners", listeners(config, ", proxy_protocol_from: [10.0.0.0/8]"));
  });
  const auto first_status = [&] {
    RawClient connection(site.gateway.port());
    connection.send(line + request("GET", "/public/x"));
    return connection.read_response().status;
  };
  EXPECT_EQ(first_status(), 0);
  EXPECT_TRUE(site.gateway.wait_for_log("it is not in proxy_protocol_from"));
  site.gateway.config().set("listeners", listeners(site.gateway.config(), ", proxy_protocol_from: [127.0.0.1]"));
  site.gateway.write_files();
  ASSERT_EQ(site.gateway.reload().status, 200);
  EXPECT_EQ(first_status(), 200);

  // One that has sent nothing yet does not hold up the end.
  const RawClient waiting(site.gateway.port());
  EXPECT_EQ(first_status(), 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

}  // namespace
}  // namespace bearward::testing
