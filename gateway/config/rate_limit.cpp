#include "config/rate_limit.h"

#include "config/sections.h"

namespace bearward::config {
namespace {

constexpr std::string_view callers[] = {"user", "client", "client_ip", "route"};  // in the order of RateLimit::By

constexpr Key rate_limit_keys[] = {
    {.name = "requests",
     .kind = Kind::number,
     .least = 1,
     .most = 1'000'000,
     .required = true,
     .description = "so many may come at once; one more is 429 until the budget has refilled by one"},
    {.name = "per",
     .kind = Kind::duration,
     .least = 1'000,
     .most = 86'400'000,
     .required = true,
     .description = "how long an empty budget takes to be whole again; it refills steadily"},
    {.name = "by",
     .kind = Kind::choice,
     .choices = callers,
     .otherwise = "user",
     .description =
         "whose budget: each `user`'s, each OAuth `client`'s (a token that names none counts for its user), "
         "each `client_ip`'s (IPv6: each /64), or one for the whole `route`; whoever is nobody counts by address"},
};

}  // namespace

constinit const Section rate_limit_section{"routes[].rate_limit", rate_limit_keys};

std::optional<RateLimit> read_rate_limit(const Value& value) {
  const auto map = value.map(rate_limit_section);
  if (!map) return std::nullopt;
  RateLimit limit;
  map->read("requests", limit.requests);
  map->read("per", limit.per);
  map->read_choice("by", limit.by);
  // Refused already where either is missing or wrong.
  if (limit.requests == 0 || limit.per.count() == 0) return std::nullopt;
  return limit;
}

}  // namespace bearward::config
