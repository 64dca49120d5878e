#include "config/route_tests.h"

#include <algorithm>
#include <array>

#include "base/moment.h"
#include "config/client_certificate.h"
#include "config/json_value.h"
#include "config/quote.h"
#include "config/sections.h"
#include "http/field_syntax.h"

namespace bearward::config {
namespace {

constexpr std::string_view request_form = "a method and a path or URL, such as GET /api/x or GET https://host/api/x";
constexpr std::string_view expect_form = "allow, gateway or one of 400, 401, 403, 404, 405, 431, 501";

constexpr Key route_test_keys[] = {
    {.name = "request",
     .form = request_form,
     .required = true,
     .description = "what is asked for; a path alone is a request to no host that any route names"},
    {.name = "as",
     .kind = Kind::map,
     .form = "a map of a token's claims, with sub",
     .otherwise = "no token",
     .description = "who asks: `sub` is the user's name, `roles` the user's roles, `email` and `full_name` the user's, "
                    "`scope` the token's; `gty: client_credentials` makes it a client without a user; all of them are "
                    "claims of the token too"},
    {.name = "client_certificate",
     .kind = Kind::map,
     .form = "a map of subject, issuer, serial, fingerprint, dns, email or uri",
     .otherwise = "no certificate",
     .description = "what the certificate says that the client has shown in the TLS handshake"},
    {.name = "client_ip",
     .form = "an IP address",
     .otherwise = usual_client_ip,
     .description = "the address that is believed to be the client's"},
    {.name = "sends",
     .kind = Kind::map,
     .form = "a map of header names and values",
     .description = "fields that the request brings"},
    {.name = "time",
     .form = "a moment such as 2026-11-24T09:30:00Z",
     .otherwise = "now",
     .description = "when it is asked"},
    {.name = "expect",
     .form = expect_form,
     .required = true,
     .description = "`allow`: it goes on to the upstream; `gateway`: the gateway answers itself; a number: it is "
                    "refused with that status"},
    {.name = "upstream", .form = "the name of an upstream", .description = "the upstream that it goes on to"},
    {.name = "headers",
     .kind = Kind::map,
     .form = "a map of header names and values",
     .description = "fields that the upstream gets, each exactly once with this value"},
    {.name = "without",
     .kind = Kind::list,
     .form = "a header name, or a list of them",
     .description = "fields that the upstream does not get, in no spelling"},
};

bool is_target(std::string_view text) {
  return text.starts_with('/') || text.starts_with("http://") || text.starts_with("https://");
}

bool read_request(const Value& value, RouteTest& test) {
  const auto text = value.text(request_form);
  if (!text) return false;
  const std::size_t space = text->find(' ');
  test.method = text->substr(0, space);
  test.target = space == std::string::npos ? "" : text->substr(space + 1);
  if (http::is_token(test.method) && is_target(test.target) && test.target.find(' ') == std::string::npos) return true;
  value.expected(request_form);
  return false;
}

bool read_expect(const Value& value, RouteTest& test) {
  const auto word = value.text(expect_form);
  if (!word) return false;
  if (*word == "allow" || *word == "gateway") {
    test.expect = *word == "allow" ? RouteTest::Expect::allow : RouteTest::Expect::gateway;
    return true;
  }
  constexpr std::array<std::string_view, 7> statuses = {"400", "401", "403", "404", "405", "431", "501"};
  test.expect = RouteTest::Expect::status;
  if (std::ranges::find(statuses, *word) != statuses.end()) {
    test.status = std::stoi(*word);
    return true;
  }
  value.expected(expect_form);
  return false;
}

bool read_as(const Value& value, const Key& key, RouteTest& test) {
  if (value.node().kind != YamlNode::Kind::map) {
    value.expected(key.form);
    return false;
  }
  auto claims = read_json(value);
  if (!claims) return false;
  const auto* subject = claims->as_object().if_contains("sub");
  if (subject == nullptr || !subject->is_string()) {
    value.error("found no text \"sub\" in as, expected " + std::string{key.form});
    return false;
  }
  test.as = std::move(claims->as_object());
  return true;
}

bool read_client_certificate(const Value& value, const Key& key, RouteTest& test) {
  if (value.node().kind != YamlNode::Kind::map) {
    value.expected(key.form);
    return false;
  }
  const auto members = read_json(value);
  if (!members) return false;
  auto certificate = certificate_from_json(members->as_object());
  if (!certificate) {
    value.error("client_certificate: " + certificate.error());
    return false;
  }
  test.client_certificate = std::make_shared<const crypto::ClientCertificate>(std::move(*certificate));
  return true;
}

bool read_client_ip(const Value& value, const Key& key, RouteTest& test) {
  const auto text = value.text(key.form);
  const auto address = text ? IpAddress::parse(*text) : std::nullopt;
  if (text && !address) value.expected(key.form);
  if (address) test.client_ip = *address;
  return address.has_value();
}

bool read_time(const Value& value, const Key& key, RouteTest& test) {
  const auto text = value.text(key.form);
  if (!text) return false;
  test.time = parse_moment(*text);
  if (!test.time) value.expected(key.form);
  return test.time.has_value();
}

bool check_field_name(const Value& value, std::string_view name) {
  if (http::is_token(name)) return true;
  value.error("found " + in_quotes(name) + ", expected the name of a header");
  return false;
}

bool read_fields(const Value& value, const Key& key, std::vector<std::pair<std::string, std::string>>& fields) {
  const auto entries = value.entries(key.form);
  if (!entries) return false;
  bool good = true;
  for (const auto& [name, item] : *entries) {
    auto text = item.text("the header's value");
    good = check_field_name(name, name.written()) && text && good;
    if (text) fields.emplace_back(name.written(), std::move(*text));
  }
  return good;
}

bool read_without(const Value& value, const Key& key, RouteTest& test) {
  const auto items = value.one_or_more(key.form);
  if (!items) return false;
  bool good = true;
  for (const Value& item : *items) {
    auto name = item.text(key.form);
    good = name && check_field_name(item, *name) && good;
    if (name) test.without.push_back(std::move(*name));
  }
  return good;
}

/// What is said of the upstream can only come true where the request gets there.
bool check_together(const Map& map, const RouteTest& test) {
  if (test.expect == RouteTest::Expect::allow) return true;
  bool good = true;
  for (const std::string_view key : {"upstream", "headers", "without"}) {
    const auto value = map.find(key);
    if (!value) continue;
    value->error("found " + std::string{key} + " in a test that does not expect allow; take one of them out");
    good = false;
  }
  return good;
}

/// nullopt after an error, of which all are reported.
std::optional<RouteTest> read_route_test(const Value& value) {
  const auto map = value.map(route_test_section);
  if (!map) return std::nullopt;
  RouteTest test;
  test.place = value.place();
  test.client_ip = *IpAddress::parse(usual_client_ip);
  bool good = true;
  const auto read = [&](std::string_view name, const auto& reader) {
    const auto found = map->find(name);
    if (found) good = reader(*found, map->key(name)) && good;
    return found.has_value();
  };
  const bool asks = read("request", [&](const Value& v, const Key&) { return read_request(v, test); });
  const bool expects = read("expect", [&](const Value& v, const Key&) { return read_expect(v, test); });
  read("as", [&](const Value& v, const Key& key) { return read_as(v, key, test); });
  read("client_certificate", [&](const Value& v, const Key& key) { return read_client_certificate(v, key, test); });
  read("client_ip", [&](const Value& v, const Key& key) { return read_client_ip(v, key, test); });
  read("sends", [&](const Value& v, const Key& key) { return read_fields(v, key, test.sends); });
  read("time", [&](const Value& v, const Key& key) { return read_time(v, key, test); });
  read("headers", [&](const Value& v, const Key& key) { return read_fields(v, key, test.headers); });
  read("without", [&](const Value& v, const Key& key) { return read_without(v, key, test); });
  read("upstream", [&](const Value& v, const Key&) {
    test.upstream_place = v.place();
    test.upstream = v.name().value_or("");
    return !test.upstream.empty();
  });
  if (!good || !asks || !expects || !check_together(*map, test)) return std::nullopt;
  return test;
}

}  // namespace

constinit const Section route_test_section{"tests[]", route_test_keys};

void read_route_tests(const Value& value, const Key& key, std::vector<RouteTest>& tests) {
  if (value.node().kind == YamlNode::Kind::list && value.node().children.empty()) return;
  const auto items = value.list(key.form);
  if (!items) return;
  for (const Value& item : *items) {
    if (auto test = read_route_test(item)) tests.push_back(std::move(*test));
  }
}

}  // namespace bearward::config
