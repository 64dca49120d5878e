#include "config/listeners.h"

#include <unordered_map>

#include "base/ip_network.h"
#include "config/quote.h"
#include "config/sections.h"
#include "config/url.h"

namespace bearward::config {
namespace {

constexpr std::string_view address_form = "IP:PORT, such as 127.0.0.1:8080 or [::1]:8080";

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
     .otherwise = "false",
     .description =
         "true: every connection starts with a PROXY header, version 1 or 2, and the address in it counts as "
         "the peer's"},
    {.name = "proxy_protocol_from",
     .kind = Kind::list,
     .form = network_form,
     .otherwise = "anybody",
     .description = "whose PROXY headers are taken; connections of others are closed"},
};

constexpr Key admin_keys[] = {
    {.name = "address",
     .form = address_form,
     .required = true,
     .description = "where health and the admin calls are answered; keep it on a loopback address"},
};

void read_proxy_protocol(const Map& map, Listener& listener) {
  map.read("proxy_protocol", listener.proxy_protocol);
  const auto from = map.find("proxy_protocol_from");
  if (!from) return;
  listener.proxy_protocol_from = read_networks(*from);
  if (!listener.proxy_protocol) {
    from->error("found proxy_protocol_from on a listener without proxy_protocol: true, expected both or neither");
  }
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
    if (const auto tls = map->find("tls")) listener.tls = read_listener_tls(*tls);
    read_proxy_protocol(*map, listener);
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
