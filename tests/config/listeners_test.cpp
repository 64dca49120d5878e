#include "config/listeners.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using test::load_snippet;

TEST(ReadListeners, ReadsThem) {
  const auto loaded = load_snippet(R"(
listeners:
  - name: edge
    address: "[::1]:8443"
    tls:
      certificates:
        - {certificate: edge.pem, private_key: ./x/../edge.pem}
      min_version: 1.3
    proxy_protocol: false
  - {name: plain, address: 127.0.0.1:80}
  - {name: behind, address: 127.0.0.1:81, proxy_protocol: true, proxy_protocol_from: [10.0.0.0/8, 2001:db8::1]}
admin: {address: 127.0.0.1:9901}
)");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  ASSERT_EQ(loaded.config.listeners.size(), 3U);
  const Listener& edge = loaded.config.listeners[0];
  EXPECT_EQ(edge.name, "edge");
  EXPECT_EQ(edge.address.host, "::1");
  EXPECT_EQ(edge.address.port, 8443);
  EXPECT_EQ(edge.address.place.line, 4);
  ASSERT_TRUE(edge.tls);
  EXPECT_EQ(edge.tls->min_version, TlsVersion::tls1_3);
  ASSERT_EQ(edge.tls->certificates.size(), 1U);
  EXPECT_EQ(edge.tls->certificates[0].certificate, "/etc/bearward/edge.pem");
  EXPECT_EQ(edge.tls->certificates[0].private_key, "/etc/bearward/edge.pem");
  EXPECT_FALSE(loaded.config.listeners[1].tls);
  EXPECT_FALSE(loaded.config.listeners[1].proxy_protocol);
  EXPECT_TRUE(loaded.config.listeners[2].proxy_protocol);
  EXPECT_EQ(loaded.config.listeners[2].proxy_protocol_from.size(), 2U);
  EXPECT_EQ(loaded.config.admin->port, 9901);
}

TEST(ReadListeners, ReadsTlsToTheLastKey) {
  const auto loaded = load_snippet(R"(
listeners:
  - name: edge
    address: 127.0.0.1:8443
    tls:
      certificates: [{certificate: edge.pem, private_key: edge.pem, ocsp_staple: edge.ocsp}]
      max_version: 1.2
      ciphers: ECDHE+AESGCM
      ciphersuites: TLS_AES_128_GCM_SHA256
      groups: P-256
      strict_sni: true
      session_tickets: {keys: [new.key, old.key], lifetime: 1h}
      client_certificates: {ca: ca.pem, mode: optional, crl: crl.pem}
  - name: other
    address: 127.0.0.1:8444
    tls:
      certificates: [{certificate: edge.pem, private_key: edge.pem}]
      session_tickets: false
)");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  ASSERT_EQ(loaded.config.listeners.size(), 2U);
  const ListenerTls& tls = *loaded.config.listeners[0].tls;
  EXPECT_EQ(tls.certificates.at(0).ocsp_staple, "/etc/bearward/edge.ocsp");
  EXPECT_EQ(tls.max_version, TlsVersion::tls1_2);
  EXPECT_EQ(tls.ciphers, "ECDHE+AESGCM");
  EXPECT_EQ(tls.ciphersuites, "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(tls.groups, "P-256");
  EXPECT_TRUE(tls.strict_sni);
  EXPECT_TRUE(tls.session_tickets.on);
  EXPECT_EQ(tls.session_tickets.keys, (std::vector<std::string>{"/etc/bearward/new.key", "/etc/bearward/old.key"}));
  EXPECT_EQ(tls.session_tickets.lifetime, std::chrono::hours{1});
  EXPECT_EQ(tls.client_certificates.authorities, "/etc/bearward/ca.pem");
  EXPECT_EQ(tls.client_certificates.revocations, "/etc/bearward/crl.pem");
  EXPECT_FALSE(tls.client_certificates.required);
  EXPECT_TRUE(loaded.config.listeners[1].tls->client_certificates.authorities.empty());
  EXPECT_FALSE(loaded.config.listeners[1].tls->session_tickets.on);
}

TEST(ReadListeners, SaysWhatIsWrong) {
  const std::string address = ", expected IP:PORT, such as 127.0.0.1:8080 or [::1]:8080";
  const test::Mistake mistakes[] = {
      {"none",
       "listeners: []\n",
       {"1:12: error: found an empty list for listeners, expected a list of listeners, each {name, address}"}},
      {"a map",
       "listeners: {name: a, address: 127.0.0.1:80}\n",
       {"1:12: error: found a map for listeners, expected a list of listeners, each {name, address}"}},
      {"a host name",
       "listeners: [{name: a, address: localhost:80}]\n",
       {"1:32: error: found \"localhost:80\" for address" + address}},
      {"no port",
       "listeners: [{name: a, address: 127.0.0.1}]\n",
       {"1:32: error: found \"127.0.0.1\" for address" + address}},
      {"port 0",
       "listeners: [{name: a, address: 127.0.0.1:0}]\n",
       {"1:32: error: found \"127.0.0.1:0\" for address" + address}},
      {"IPv6 without brackets",
       "listeners: [{name: a, address: \"::1:80\"}]\n",
       {"1:32: error: found \"::1:80\" for address" + address}},
      {"a name that is none",
       "listeners: [{name: a b, address: 127.0.0.1:80}]\n",
       {"1:20: error: found \"a b\" for name, expected a name of at most 64 letters, digits, \".\", \"_\" and \"-\""}},
      {"two of one name, two on one address",
       "listeners:\n"
       "  - {name: a, address: 127.0.0.1:80}\n"
       "  - {name: a, address: 127.0.0.1:81}\n"
       "  - {name: b, address: \"[::ffff:127.0.0.1]:80\"}\n",
       {"3:5: error: found the listener name \"a\" again, expected one of its own; line 2 has it too",
        "4:5: error: found the listener address \"127.0.0.1 port 80\" again, expected one of its own; line 2 has it "
        "too"}},
      {"TLS without a certificate, and a version that is none",
       "listeners: [{name: a, address: 127.0.0.1:80, tls: {min_version: \"1.1\"}}]\n",
       {"1:51: error: found no key \"certificates\" in tls, expected a list of {certificate, private_key}",
        "1:65: error: found \"1.1\" for min_version, expected 1.2 or 1.3; did you mean \"1.2\"?"}},
      {"a key pasted in place of its path, which is not shown",
       "listeners: [{name: a, address: 127.0.0.1:80, tls: {certificates: [\n"
       "  {certificate: edge.pem, private_key: \"-----BEGIN PRIVATE KEY-----\\nMIGH\"}]}}]\n",
       {"2:40: error: found a control character or a byte that is not UTF-8 for private_key, expected the path of a "
        "PEM "
        "file"}},
      {"session tickets that are neither off nor a map, and a lifetime beyond a day",
       "listeners: [{name: a, address: 127.0.0.1:80, tls: {certificates: [{certificate: e.pem, private_key: e.pem}],\n"
       "  session_tickets: true}}, {name: b, address: 127.0.0.1:81, tls: {certificates: [\n"
       "  {certificate: e.pem, private_key: e.pem}], session_tickets: {keys: [], lifetime: 25h}}}]\n",
       {"2:20: error: found \"true\" for session_tickets, expected false, or a map with keys or lifetime",
        "3:70: error: found an empty list for keys, expected the path of a file with 48 or 80 octets, or a list of "
        "them",
        "3:84: error: found \"25h\" for lifetime, expected a duration from 1m to 1d, such as 250ms, 30s, 15m, 12h or "
        "14d"}},
      {"the highest version below the lowest",
       "listeners: [{name: a, address: 127.0.0.1:80, tls: {certificates: [{certificate: e.pem, private_key: e.pem}],\n"
       "  min_version: 1.3, max_version: 1.2}}]\n",
       {"1:51: error: found a max_version below min_version, expected it no lower; take one of them out"}},
      {"PROXY headers of anybody on loopback",
       "listeners: [{name: a, address: 127.0.0.1:80, proxy_protocol: true}]\n",
       {}},
      {"PROXY headers of anybody on an address that others reach",
       "listeners: [{name: a, address: 0.0.0.0:80, proxy_protocol: true}]\n",
       {"1:32: warning: the listener \"a\" takes PROXY headers, and so any client address, from whoever reaches it; "
        "name your proxies in proxy_protocol_from"}},
      {"PROXY headers of the proxies",
       "listeners: [{name: a, address: 0.0.0.0:80, proxy_protocol: true, proxy_protocol_from: 10.0.0.0/8}]\n",
       {}},
      {"proxies that are no network, and whose headers are not asked for",
       "listeners: [{name: a, address: 127.0.0.1:80, proxy_protocol_from: [10.0.0.1/8]}]\n",
       {"1:67: error: found proxy_protocol_from on a listener without proxy_protocol: true, expected both or neither",
        "1:68: error: found \"10.0.0.1/8\" for proxy_protocol_from, expected an address, or a network whose host bits "
        "are zero, such as 10.0.0.0/8"}},
      {"nobody's PROXY headers",
       "listeners: [{name: a, address: 127.0.0.1:80, proxy_protocol: true, proxy_protocol_from: []}]\n",
       {"1:89: error: found an empty list for proxy_protocol_from, expected a network such as 10.0.0.0/8, or a list of "
        "them"}},
      {"an admin listener that others reach",
       "admin: {address: 0.0.0.0:9901}\n",
       {"1:18: warning: the admin listener is not on a loopback address: whoever reaches it can disable users; use "
        "127.0.0.1"}},
      {"an admin listener on a listener's address",
       "admin: {address: 127.0.0.1:8080}\n",
       {"1:18: error: found the address of the listener \"plain\" for admin, expected one of its own"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    EXPECT_EQ(load_snippet(mistake.yaml).findings, mistake.findings);
  }
}

}  // namespace
}  // namespace bearward::config
