#include "admin/config_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "config/loading.h"
#include "config/settings.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;
using config::test::load;
using config::test::Loaded;
using config::test::World;

/// Every key of gateway.yaml that is not a preset, each with a value that is not its default, and a secret of every
/// kind.
constexpr std::string_view whole = R"(
listeners:
  - name: edge
    address: "[::1]:8443"
    tls:
      certificates:
        - {certificate: edge.pem, private_key: edge.key, ocsp_staple: edge.ocsp}
        - {certificate: other.pem, private_key: other.key}
      min_version: "1.3"
      max_version: "1.3"
      ciphers: ECDHE+AESGCM
      ciphersuites: TLS_AES_256_GCM_SHA384
      groups: X25519
      strict_sni: true
      session_tickets: {keys: [tickets.key], lifetime: 3h}
      client_certificates: {ca: ca.pem, mode: optional, crl: crl.pem}
    proxy_protocol: true
    proxy_protocol_from: [10.0.0.0/8, "2001:db8::/32"]
  - {name: plain, address: 127.0.0.1:8080, tls: {certificates: [{certificate: a, private_key: b}], session_tickets: false}}
admin: {address: 127.0.0.1:9901}
workers: 3
pid_file: gateway.pid
trusted_proxies: [127.0.0.1, "::1"]
via: gate
tokens:
  issuer: https://gateway.test
  audience: legacy-apis
  access_ttl: 5m
  refresh_ttl: 2d
  refresh_grace: 250ms
  leeway: 5s
  certificate_bound: optional
  signing_keys:
    - {kid: k1, algorithm: HS256, secret: a-signing-secret-of-the-file-itself}
    - {kid: k2, algorithm: HS256, secret: {file: signing.secret}}
    - {kid: k3, algorithm: HS256, secret: "${SIGNING_SECRET}"}
    - {kid: k4, algorithm: ES256, private_key: signing.pem}
  trusted_issuers:
    - {issuer: https://idp.test, jwks: "file:jwks.json", algorithms: [RS256, EdDSA]}
    - issuer: https://other.test
      jwks: "https://other.test/keys?key=jwks-query-secret"
      algorithms: ES256
      audience: [legacy-apis, others]
      username_claim: upn
      roles_claim: realm.roles
      username_prefix: "other:"
      require_user: false
      ca: ca.pem
cors: {origins: ["https://app.test"], methods: [GET], headers: [X-A], expose: [], credentials: true, max_age: 1h}
endpoints: {token: [/token, /login], sign_up: /users/, me: /me, revoke: /revoke, introspect: /introspect, jwks: /jwks,
            metadata: /metadata, docs: /docs}
compatibility: fastapi
clients:
  public_clients: false
  registered:
    - {id: reporting, secret: a-client-secret-of-the-file, grants: [client_credentials, refresh_token], scopes: [r:read]}
    - {id: auditing, secret: {file: client.secret}, grants: [client_credentials], scopes: [r:read]}
    - {id: billing, secret: "${CLIENT_SECRET}", grants: [client_credentials], scopes: [r:read]}
    - {id: spa, public: true, grants: password}
users:
  store: sqlite:users.db
  cache: {redis: {file: redis.url}, ttl: 90s, local_ttl: 1s}
  password_hash: bcrypt
  role_scopes: {analyst: [r:read]}
login_protection: {attempts: 7, per: 2m, by: [client_ip]}
identity:
  preset: remote
  headers: {X-User: "{user.username}", X-Gate: a-secret-of-upstreams, X-Both: "key=another-secret-of-upstreams;{user.email}"}
  forward_authorization: true
  assertion: {header: X-Proof, ttl: 60s, audience: legacy}
upstreams:
  echo:
    targets: [{url: "https://[::1]:9443", weight: 3}, "https://echo.test"]
    balance: hash
    hash_on: header X-Tenant
    connect_timeout: 2s
    response_timeout: 3s
    idle_connections: 4
    retries: 2
    dns_refresh: 20s
    health: {path: "/healthz?key=health-query-secret", interval: 3s, timeout: 2s, unhealthy_after: 5, healthy_after: 6}
    max_requests: 8
    queue: {length: 9, timeout: 2s}
    tls: {ca: ca.pem, server_name: echo.internal, verify: true, certificate: client.pem, private_key: client.key}
  plain: {targets: ["http://127.0.0.1:9001"], balance: least_requests}
limits: {request_header: 8KiB, request_body: 1MiB, header_timeout: 1s, handshake_timeout: 2s, idle_timeout: 3s,
         tunnel_timeout: 4m, min_data_rate: 500, data_rate_grace: 6s, drain_delay: 7s, drain_timeout: 8s, connections: 9,
         connections_per_address: 5, overload_lag: 100ms, handshakes: 6}
policies: none.yaml
log: {access: access.log, format: text, level: warning}
)";

World world_of(std::string_view gateway) {
  World world = config::test::small_world();
  world.files["/etc/bearward/gateway.yaml"] = gateway;
  world.files["/etc/bearward/signing.secret"] = "a-signing-secret-of-another-file-xyz\n";
  world.files["/etc/bearward/signing.pem"] = "-----BEGIN PRIVATE KEY-----\nprivate-key-octets\n";
  world.files["/etc/bearward/client.secret"] = "a-client-secret-of-another-file\n";
  world.files["/etc/bearward/redis.url"] = "redis://gate:redis-password@127.0.0.1:6380/2\n";
  world.files["/etc/bearward/jwks.json"] = R"({"keys":[]})";
  world.files["/etc/bearward/ca.pem"] = "-----BEGIN CERTIFICATE-----\n";
  world.environment["SIGNING_SECRET"] = "a-signing-secret-of-the-environment";
  world.environment["CLIENT_SECRET"] = "a-client-secret-of-the-environment";
  return world;
}

Loaded load_without_error(std::string_view gateway) {
  World world = world_of(gateway);
  Loaded loaded = load(world);
  for (const std::string& finding : loaded.findings) EXPECT_EQ(finding.find("error:"), std::string::npos) << finding;
  return loaded;
}

json::object shown(std::string_view gateway) { return config_json(load_without_error(gateway).config); }

/// Of the maps that `path` of a section stands for: "upstreams.NAME.targets[]" is each target of each upstream.
std::vector<const json::object*> maps_at(const json::object& whole_config, std::string_view path) {
  std::vector<const json::object*> maps{&whole_config};
  while (!path.empty()) {
    const std::string_view step = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(step.size() + 1, path.size()));
    const bool each = step.ends_with("[]");
    const std::string_view key = each ? step.substr(0, step.size() - 2) : step;
    std::vector<const json::object*> next;
    for (const json::object* map : maps) {
      for (const auto& member : *map) {
        if (key != "NAME" && member.key() != key) continue;
        if (each && member.value().is_array()) {
          for (const json::value& element : member.value().get_array()) next.push_back(&element.as_object());
        } else if (member.value().is_object()) {
          next.push_back(&member.value().get_object());
        }
      }
    }
    maps = std::move(next);
  }
  return maps;
}

TEST(ConfigJson, HasEveryKeyOfEverySection) {
  const json::object config = shown(whole);
  const std::set<std::string> absent{"gateway.yaml: policies", "identity: preset"};
  int sections = 0;
  for (const config::Section* section : config::all_sections()) {
    std::string_view path = section->path;
    if (path == "policy files") break;  // what follows is of routes
    if (path == "gateway.yaml") path = "";
    path = path.substr(0, path.find(','));
    const auto maps = maps_at(config, path);
    EXPECT_FALSE(maps.empty()) << section->path;
    for (const config::Key& key : section->keys) {
      const std::string name = std::string(section->path) + ": " + std::string(key.name);
      if (key.not_yet || absent.contains(name)) continue;
      EXPECT_TRUE(std::ranges::any_of(maps, [&](const json::object* map) { return map->contains(key.name); })) << name;
    }
    ++sections;
  }
  EXPECT_GT(sections, 20);
}

TEST(ConfigJson, HidesEverySecret) {
  const std::string text = json::serialize(shown(whole));
  for (const char* secret :
       {"a-signing-secret-of-the-file-itself", "a-signing-secret-of-another-file-xyz",
        "a-signing-secret-of-the-environment", "private-key-octets", "BEGIN", "jwks-query-secret",
        "a-client-secret-of-the-file", "a-client-secret-of-another-file", "a-client-secret-of-the-environment",
        "redis-password", "secret-of-upstreams", "health-query-secret"}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in " << text;
  }
}

TEST(ConfigJson, ShowsThatThereIsASecret) {
  const json::object config = shown(whole);
  const json::array& keys = config.at("tokens").at("signing_keys").as_array();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(keys.at(i).at("secret"), "***");
  EXPECT_EQ(keys.at(3), json::parse(R"({"kid":"k4","algorithm":"ES256","private_key":"/etc/bearward/signing.pem"})"));
  const json::array& clients = config.at("clients").at("registered").as_array();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(clients.at(i).at("secret"), "***");
  EXPECT_EQ(clients.at(3), json::parse(R"({"id":"spa","public":true,"grants":["password"]})"));
  EXPECT_EQ(config.at("users").at("cache").at("redis"), "redis://gate:***@127.0.0.1:6380/2");
  EXPECT_EQ(config.at("tokens").at("trusted_issuers").at(0).at("jwks"), "file:/etc/bearward/jwks.json");
  EXPECT_EQ(config.at("tokens").at("trusted_issuers").at(1).at("jwks"), "https://other.test/keys?***");
  const json::value& headers = config.at("identity").at("headers");
  EXPECT_EQ(headers.at("X-User"), "{user.username}");
  EXPECT_EQ(headers.at("Remote-Email"), "{user.email}") << "of the preset";
  EXPECT_EQ(headers.at("X-Gate"), "***");
  EXPECT_EQ(headers.at("X-Both"), "***{user.email}");
}

TEST(ConfigJson, IsWrittenAsTheConfigurationIs) {
  const json::object config = shown(whole);
  EXPECT_EQ(config.at("listeners").at(0).at("address"), "[::1]:8443");
  EXPECT_EQ(config.at("listeners").at(0).at("proxy_protocol_from"), json::parse(R"(["10.0.0.0/8","2001:db8::/32"])"));
  EXPECT_EQ(config.at("listeners").at(1).at("tls").at("session_tickets"), false);
  EXPECT_EQ(config.at("trusted_proxies"), json::parse(R"(["127.0.0.1/32","::1/128"])"));
  EXPECT_EQ(config.at("tokens").at("refresh_grace"), "250ms");
  EXPECT_EQ(config.at("limits").at("request_header"), "8KiB");
  EXPECT_EQ(config.at("endpoints").at("token"), json::parse(R"(["/token","/login"])"));
  EXPECT_EQ(config.at("upstreams").at("echo").at("targets"),
            json::parse(R"([{"url":"https://[::1]:9443","weight":3},{"url":"https://echo.test:443","weight":1}])"));
  EXPECT_EQ(config.at("upstreams").at("echo").at("hash_on"), "header X-Tenant");
  EXPECT_EQ(config.at("log"),
            json::parse(R"({"access":"/etc/bearward/access.log","format":"text","level":"warning"})"));
}

TEST(ConfigJson, FillsDefaultsIn) {
  const json::object config = shown(
      "listeners: [{name: plain, address: 127.0.0.1:8080}]\npolicies: none.yaml\nusers: {store: sqlite:users.db}\n");
  EXPECT_EQ(config.at("workers"), "auto");
  EXPECT_EQ(config.at("via"), "bearward");
  EXPECT_EQ(config.at("compatibility"), "rfc6749");
  EXPECT_EQ(config.at("tokens").at("access_ttl"), "30m");
  EXPECT_EQ(config.at("limits").at("request_body"), "10MiB");
  EXPECT_EQ(config.at("limits").at("drain_delay"), "0s");
  EXPECT_EQ(config.at("users").at("cache"), json::parse(R"({"ttl":"1m","local_ttl":"5s"})"));
  EXPECT_EQ(config.at("clients"), json::parse(R"({"public_clients":true})"));
  for (const char* none : {"admin", "pid_file", "cors", "login_protection"})
    EXPECT_FALSE(config.contains(none)) << none;
}

/// What is shown is itself a configuration (JSON is YAML), which means the same but for its secrets.
TEST(ConfigJson, LoadsAsAConfigurationThatIsShownTheSame) {
  for (const std::string_view gateway :
       {whole, std::string_view("listeners: [{name: plain, address: 127.0.0.1:8080}]\npolicies: none.yaml\n")}) {
    const std::string first = json::serialize(shown(gateway));
    EXPECT_EQ(json::serialize(shown(first)), first);
  }
}

}  // namespace
}  // namespace bearward::admin
