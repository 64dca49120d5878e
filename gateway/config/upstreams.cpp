#include "config/upstreams.h"

#include <algorithm>
#include <unordered_set>

#include "config/quote.h"
#include "config/sections.h"
#include "config/url.h"
#include "http/field_syntax.h"

namespace bearward::config {
namespace {

constexpr std::int64_t milliseconds = 1;
constexpr std::int64_t minutes = 60'000 * milliseconds;

/// Every request to an upstream with more than one looks at each of them.
constexpr std::size_t most_targets = 256;

constexpr std::string_view target_form = "http://HOST:PORT or https://HOST:PORT without a path";
constexpr std::string_view hash_on_form = "user, client_ip or header NAME";
constexpr std::string_view path_form = "a path such as /healthz";
constexpr std::string_view balances[] = {"round_robin", "least_requests", "hash"};

constexpr Key upstream_keys[] = {
    {.name = "targets",
     .kind = Kind::list,
     .form = "http://HOST:PORT, {url, weight}, or a list of them",
     .required = true,
     .description = "the servers, 256 at most; the port is 80, or 443 of https://, unless given"},
    {.name = "balance",
     .kind = Kind::choice,
     .choices = balances,
     .otherwise = "round_robin",
     .description = "which target is next, by weight: in turn; of two at random the one with fewer requests; or the "
                    "same for the same caller"},
    {.name = "hash_on",
     .form = hash_on_form,
     .otherwise = "user",
     .description = "what `balance: hash` looks at; a request without it is told apart by its client's address"},
    {.name = "connect_timeout",
     .kind = Kind::duration,
     .least = 10 * milliseconds,
     .most = 5 * minutes,
     .otherwise = "1s",
     .description = "for a connection to stand; then the next target, and 504 when there is none"},
    {.name = "response_timeout",
     .kind = Kind::duration,
     .least = 10 * milliseconds,
     .most = 24 * 60 * minutes,
     .otherwise = "30s",
     .description = "from the request's end to the response's head, and for all tries together; then 504"},
    {.name = "idle_connections",
     .kind = Kind::number,
     .least = 0,
     .most = 65'536,
     .otherwise = "256",
     .description = "kept open by each worker to each target for the next request"},
    {.name = "retries",
     .kind = Kind::number,
     .least = 0,
     .most = 10,
     .otherwise = "1",
     .description = "further tries, only where no byte was answered and the request can be repeated safely"},
    {.name = "dns_refresh",
     .kind = Kind::duration,
     .least = 1'000 * milliseconds,
     .most = 60 * minutes,
     .otherwise = "10s",
     .description = "how often the names of targets are looked up again; while that fails the last answer is kept"},
    {.name = "health",
     .kind = Kind::map,
     .form = "a map with path",
     .otherwise = "requests alone tell",
     .description = "checks every target; one that is down gets no request, and none left is 503"},
    {.name = "max_requests",
     .kind = Kind::number,
     .least = 0,
     .most = 1'000'000,
     .otherwise = "0",
     .description = "in flight, of the whole process; those over it wait in the queue; 0: any number"},
    {.name = "queue",
     .kind = Kind::map,
     .form = "a map with length or timeout",
     .description = "what may wait under max_requests, in its order; over it 503"},
    {.name = "tls",
     .kind = Kind::map,
     .form = "a map with ca, server_name, verify or certificate",
     .otherwise = "the system's authorities",
     .description = "how https:// targets prove who they are, and what they are shown"},
};

constexpr Key target_keys[] = {
    {.name = "url", .form = target_form, .required = true, .description = "the server"},
    {.name = "weight",
     .kind = Kind::number,
     .least = 1,
     .most = 1'000,
     .otherwise = "1",
     .description = "its share of the requests, beside the other targets' weights"},
};

constexpr Key queue_keys[] = {
    {.name = "length",
     .kind = Kind::number,
     .least = 0,
     .most = 100'000,
     .otherwise = "100",
     .description = "requests that wait; one more is 503 at once"},
    {.name = "timeout",
     .kind = Kind::duration,
     .least = 10 * milliseconds,
     .most = minutes,
     .otherwise = "1s",
     .description = "how long one waits; then 503"},
};

constexpr std::string_view server_name_form = "a host name such as legacy.internal";

constexpr Key upstream_tls_keys[] = {
    {.name = "ca",
     .form = "the path of a PEM file",
     .otherwise = "what the system trusts",
     .description = "the authorities that a target's certificate must come from, and no others"},
    {.name = "server_name",
     .form = server_name_form,
     .otherwise = "the target's own",
     .description = "whom the certificate must be for, and the name that is asked for (SNI)"},
    {.name = "verify",
     .kind = Kind::boolean,
     .otherwise = "true",
     .description = "false: any certificate is taken, so that whoever stands between can read and change everything"},
    {.name = "certificate",
     .form = "the path of a PEM file",
     .description = "shown to targets that ask for a client's certificate: the chain, the gateway's own first"},
    {.name = "private_key", .form = "the path of a PEM file", .description = "its private key"},
};

constexpr Key health_keys[] = {
    {.name = "path",
     .form = path_form,
     .required = true,
     .description = "what is asked for with GET; 200 to 399 is healthy, anything else is not"},
    {.name = "interval",
     .kind = Kind::duration,
     .least = 100 * milliseconds,
     .most = 60 * minutes,
     .otherwise = "5s",
     .description = "from one check's end to the next"},
    {.name = "timeout",
     .kind = Kind::duration,
     .least = 10 * milliseconds,
     .most = 5 * minutes,
     .otherwise = "1s",
     .description = "for the connection to stand, and then for the answer"},
    {.name = "unhealthy_after",
     .kind = Kind::number,
     .least = 1,
     .most = 100,
     .otherwise = "3",
     .description = "failed checks in a row that take a target out"},
    {.name = "healthy_after",
     .kind = Kind::number,
     .least = 1,
     .most = 100,
     .otherwise = "2",
     .description = "good checks in a row that bring it back"},
};

std::optional<Target> read_url(const Value& value) {
  const auto text = value.text(target_form);
  if (!text) return std::nullopt;
  const auto url = parse_url(*text);
  const bool tls = url && url->scheme == "https";
  if (!url || (!tls && url->scheme != "http") || url->user || (!url->path.empty() && url->path != "/")) {
    value.expected(target_form);
    return std::nullopt;
  }
  const std::uint16_t usual_port = tls ? 443 : 80;
  return Target{url->host, url->port.value_or(usual_port), value.place(), 1, tls};
}

std::optional<Target> read_target(const Value& value) {
  if (value.node().kind != YamlNode::Kind::map) return read_url(value);
  const auto map = value.map(target_section);
  const auto url = map ? map->find("url") : std::nullopt;
  if (!url) return std::nullopt;
  auto target = read_url(*url);
  if (target) map->read("weight", target->weight);
  return target;
}

std::vector<Target> read_targets(const Value& value, std::string_view form) {
  std::vector<Target> targets;
  const auto items = value.one_or_more(form);
  if (!items) return targets;
  if (items->size() > most_targets) {
    value.error("found " + std::to_string(items->size()) + " targets, expected 256 at most");
    return targets;
  }
  std::unordered_set<std::string> seen;
  for (const Value& item : *items) {
    auto target = read_target(item);
    if (!target) continue;
    const std::string name = target->host + " port " + std::to_string(target->port);
    if (!seen.insert(name).second) item.error("found the target " + in_quotes(name) + " again, expected it once");
    targets.push_back(std::move(*target));
  }
  return targets;
}

HashOn read_hash_on(const Value& value) {
  constexpr std::string_view header = "header ";
  const auto text = value.text(hash_on_form);
  if (!text || *text == "user") return {};
  if (*text == "client_ip") return {HashOn::Kind::client_ip, {}};
  if (text->starts_with(header) && http::is_token(std::string_view(*text).substr(header.size())))
    return {HashOn::Kind::header, text->substr(header.size())};
  value.expected(hash_on_form);
  return {};
}

bool is_request_path(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '#'; });
}

std::optional<HealthCheck> read_health(const Value& value) {
  const auto map = value.map(health_section);
  if (!map) return std::nullopt;
  HealthCheck health;
  if (const auto path = map->find("path")) {
    health.path = path->text(path_form).value_or("/");
    if (!is_request_path(health.path)) path->expected(path_form);
  }
  map->read("interval", health.interval);
  map->read("timeout", health.timeout);
  map->read("unhealthy_after", health.unhealthy_after);
  map->read("healthy_after", health.healthy_after);
  return health;
}

Queue read_queue(const Value& value) {
  Queue queue;
  const auto map = value.map(queue_section);
  if (!map) return queue;
  map->read("length", queue.length);
  map->read("timeout", queue.timeout);
  return queue;
}

UpstreamTls read_tls(const Value& value) {
  UpstreamTls tls;
  tls.place = value.place();
  const auto map = value.map(upstream_tls_section);
  if (!map) return tls;
  map->read_path("ca", tls.authorities);
  if (const auto name = map->find("server_name")) {
    tls.server_name = name->text(server_name_form).value_or("");
    const auto host = parse_host_and_port(tls.server_name);
    if (!tls.server_name.empty() && (!host || host->port || host->host != tls.server_name))
      name->expected(server_name_form);
  }
  map->read("verify", tls.verify);
  map->read_path("certificate", tls.certificate);
  map->read_path("private_key", tls.private_key);
  if (map->find("certificate").has_value() != map->find("private_key").has_value())
    value.error("found one of certificate and private_key, expected both or neither");
  if (!tls.verify && map->find("ca")) value.error("found ca beside verify: false, expected one of them");
  if (!tls.verify)
    map->find("verify")->warning(
        "verify: false takes any certificate: whoever stands between can read and change everything; name the "
        "authority in ca");
  return tls;
}

void read_upstream(const Map& map, Upstream& upstream) {
  if (const auto targets = map.find("targets"))
    upstream.targets = read_targets(*targets, expectation(map.key("targets")));
  map.read_choice("balance", upstream.balance);
  if (const auto hash_on = map.find("hash_on")) {
    upstream.hash_on = read_hash_on(*hash_on);
    if (upstream.balance != Balance::hash) hash_on->error("hash_on is for balance: hash; remove it, or set that");
  }
  map.read("connect_timeout", upstream.connect_timeout);
  map.read("response_timeout", upstream.response_timeout);
  map.read("idle_connections", upstream.idle_connections);
  map.read("retries", upstream.retries);
  map.read("dns_refresh", upstream.dns_refresh);
  if (const auto health = map.find("health")) upstream.health = read_health(*health);
  map.read("max_requests", upstream.max_requests);
  if (const auto queue = map.find("queue")) {
    upstream.queue = read_queue(*queue);
    if (upstream.max_requests == 0) queue->error("queue is for max_requests; remove it, or set that");
  }
  if (const auto tls = map.find("tls")) {
    upstream.tls = read_tls(*tls);
    if (std::ranges::none_of(upstream.targets, &Target::tls)) tls->error("tls is for https:// targets; remove it");
  }
}

}  // namespace

std::string_view to_string(Balance balance) { return balances[static_cast<std::size_t>(balance)]; }

constinit const Section upstream_section{"upstreams.NAME", upstream_keys};
constinit const Section target_section{"upstreams.NAME.targets[]", target_keys};
constinit const Section health_section{"upstreams.NAME.health", health_keys};
constinit const Section queue_section{"upstreams.NAME.queue", queue_keys};
constinit const Section upstream_tls_section{"upstreams.NAME.tls", upstream_tls_keys};

std::vector<Upstream> read_upstreams(const Value& value) {
  std::vector<Upstream> upstreams;
  const auto entries = value.entries("a map of names, each with its targets");
  if (!entries) return upstreams;
  for (const auto& [key, item] : *entries) {
    Upstream upstream;
    upstream.name = key.name().value_or("");
    upstream.place = key.place();
    if (const auto map = item.map(upstream_section)) read_upstream(*map, upstream);
    // One with a mistake stays: a route that names it has none of its own.
    if (!upstream.name.empty()) upstreams.push_back(std::move(upstream));
  }
  return upstreams;
}

}  // namespace bearward::config
