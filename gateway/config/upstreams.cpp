#include "config/upstreams.h"

#include <unordered_set>

#include "config/quote.h"
#include "config/sections.h"
#include "config/url.h"

namespace bearward::config {
namespace {

constexpr std::int64_t milliseconds = 1;
constexpr std::int64_t minutes = 60'000 * milliseconds;

constexpr std::string_view target_form = "http://HOST:PORT without a path";
constexpr std::string_view balances[] = {"round_robin"};
constexpr std::string_view balances_not_yet[] = {"least_requests", "hash"};

constexpr Key upstream_keys[] = {
    {.name = "targets",
     .kind = Kind::list,
     .form = "http://HOST:PORT, or a list of them",
     .required = true,
     .description = "the servers; the port is 80 unless given"},
    {.name = "balance",
     .kind = Kind::choice,
     .choices = balances,
     .choices_not_yet = balances_not_yet,
     .otherwise = "round_robin",
     .description = "which target is next"},
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
     .description = "from the request's end to the response's head; then 504"},
    {.name = "idle_connections",
     .kind = Kind::number,
     .least = 0,
     .most = 65'536,
     .otherwise = "256",
     .description = "kept open by each worker for the next request"},
    {.name = "retries",
     .kind = Kind::number,
     .least = 0,
     .most = 10,
     .otherwise = "1",
     .description = "further tries, only where no byte was answered and the request can be repeated safely"},
    {.name = "health", .not_yet = true},
};

std::optional<Target> read_target(const Value& value) {
  const auto text = value.text(target_form);
  if (!text) return std::nullopt;
  const auto url = parse_url(*text);
  if (url && url->scheme == "https") {
    value.error("an https:// target is not yet supported by this version; use http://");
    return std::nullopt;
  }
  if (!url || url->scheme != "http" || url->user || (!url->path.empty() && url->path != "/")) {
    value.expected(target_form);
    return std::nullopt;
  }
  return Target{url->host, url->port.value_or(80), value.place()};
}

std::vector<Target> read_targets(const Value& value, std::string_view form) {
  std::vector<Target> targets;
  const auto items = value.one_or_more(form);
  if (!items) return targets;
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

}  // namespace

constinit const Section upstream_section{"upstreams.NAME", upstream_keys};

std::vector<Upstream> read_upstreams(const Value& value) {
  std::vector<Upstream> upstreams;
  const auto entries = value.entries("a map of names, each with its targets");
  if (!entries) return upstreams;
  for (const auto& [key, item] : *entries) {
    Upstream upstream;
    upstream.name = key.name().value_or("");
    upstream.place = key.place();
    if (const auto map = item.map(upstream_section)) {
      if (const auto targets = map->find("targets"))
        upstream.targets = read_targets(*targets, expectation(map->key("targets")));
      if (const auto balance = map->find("balance")) balance->choice(map->key("balance"));
      map->read("connect_timeout", upstream.connect_timeout);
      map->read("response_timeout", upstream.response_timeout);
      map->read("idle_connections", upstream.idle_connections);
      map->read("retries", upstream.retries);
    }
    // One with a mistake stays: a route that names it has none of its own.
    if (!upstream.name.empty()) upstreams.push_back(std::move(upstream));
  }
  return upstreams;
}

}  // namespace bearward::config
