#include "config/listeners.h"

#include <unordered_map>

#include "base/ip_network.h"
#include "config/quote.h"
#include "config/sections.h"
#include "config/url.h"

namespace bearward::config {
namespace {

constexpr std::string_view address_form = "IP:PORT, such as 127.0.0.1:8080 or [::1]:8080";
constexpr std::string_view tls_versions[] = {"1.2", "1.3"};  // in the order of TlsVersion

constexpr Key listener_keys[] = {
    {.name = "name", .form = "a name", .required = true, .description = "what messages call it"},
    {.name = "address", .form = address_form, .required = true, .description = "where it accepts connections"},
    {.name = "tls",
     .kind = Kind::map,
     .form = "a map with certificates",
     .otherwise = "clear text",
     .description = "serve TLS; without it connections are clear text, for tests and sidecars"},
    {.name = "proxy_protocol",
     .kind = Kind::boolean,
     .not_yet = true,
     .only = "false",
     .description = "true: every connection starts with PROXY v1 or v2"},
};

constexpr Key tls_keys[] = {
    {.name = "certificates",
     .kind = Kind::list,
     .form = "a list of {certificate, private_key}",
     .required = true,
     .description = "the name that the client asks for (SNI) picks one; the first is the default"},
    {.name = "min_version",
     .kind = Kind::choice,
     .choices = tls_versions,
     .otherwise = "\"1.2\"",
     .description = "the lowest TLS version that is accepted"},
};

constexpr Key certificate_keys[] = {
    {.name = "certificate",
     .form = "the path of a PEM file",
     .required = true,
     .description = "the chain, the server's own certificate first"},
    {.name = "private_key", .form = "the path of a PEM file", .required = true, .description = "its private key"},
};

constexpr Key admin_keys[] = {
    {.name = "address",
     .form = address_form,
     .required = true,
     .description = "where health and the admin calls are answered; keep it on a loopback address"},
};

std::optional<Certificate> read_certificate(const Value& value) {
  const auto map = value.map(certificate_section);
  if (!map) return std::nullopt;
  Certificate certificate;
  certificate.place = value.place();
  map->read_path("certificate", certificate.certificate);
  map->read_path("private_key", certificate.private_key);
  if (certificate.certificate.empty() || certificate.private_key.empty()) return std::nullopt;
  return certificate;
}

ListenerTls read_tls(const Value& value) {
  ListenerTls tls;
  const auto map = value.map(listener_tls_section);
  if (!map) return tls;
  map->read_choice("min_version", tls.min_version);
  const auto list = map->find("certificates");
  const auto items = list ? list->list(expectation(map->key("certificates"))) : std::nullopt;
  if (!items) return tls;
  for (const Value& item : *items) {
    if (auto certificate = read_certificate(item)) tls.certificates.push_back(std::move(*certificate));
  }
  return tls;
}

/// Both lists of listeners and what stands against them: two of one name, two on one address.
class UniqueListeners {
 public:
  void check(const Listener& listener, const Value& value) {
    report("name", listener.name, value);
    const auto ip = IpAddress::parse(listener.address.host);
    report("address", (ip ? ip->to_string() : listener.address.host) + " port " + std::to_string(listener.address.port),
           value);
  }

 private:
  void report(std::string_view what, const std::string& text, const Value& value) {
    const auto [first, is_new] = lines_.emplace(std::string{what} + text, value.place().line);
    if (is_new) return;
    value.error("found the listener " + std::string{what} + " " + in_quotes(text) +
                " again, expected one of its own; line " + std::to_string(first->second) + " has it too");
  }

  std::unordered_map<std::string, int> lines_;
};

}  // namespace

constinit const Section listener_section{"listeners[]", listener_keys};
constinit const Section listener_tls_section{"listeners[].tls", tls_keys};
constinit const Section certificate_section{"listeners[].tls.certificates[]", certificate_keys};
constinit const Section admin_section{"admin", admin_keys};

std::vector<Listener> read_listeners(const Value& value) {
  std::vector<Listener> listeners;
  const auto items = value.list("a list of listeners, each {name, address}");
  if (!items) return listeners;
  UniqueListeners unique;
  for (const Value& item : *items) {
    const auto map = item.map(listener_section);
    if (!map) continue;
    Listener listener;
    const auto name = map->find("name");
    listener.name = name ? name->name().value_or("") : "";
    const auto address = map->find("address");
    if (auto parsed = address ? read_address(*address) : std::nullopt) listener.address = std::move(*parsed);
    if (const auto tls = map->find("tls")) listener.tls = read_tls(*tls);
    if (listener.name.empty() || listener.address.port == 0) continue;
    unique.check(listener, item);
    listeners.push_back(std::move(listener));
  }
  return listeners;
}

std::optional<Address> read_admin(const Value& value) {
  const auto map = value.map(admin_section);
  const auto address = map ? map->find("address") : std::nullopt;
  return address ? read_address(*address) : std::nullopt;
}

std::optional<Address> read_address(const Value& value) {
  const auto text = value.text(address_form);
  if (!text) return std::nullopt;
  auto parsed = parse_host_and_port(*text);
  if (parsed && parsed->port && IpAddress::parse(parsed->host))
    return Address{std::move(parsed->host), *parsed->port, value.place()};
  value.expected(address_form);
  return std::nullopt;
}

}  // namespace bearward::config
