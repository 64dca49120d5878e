#include "config/limits.h"

#include <algorithm>

#include "config/sections.h"

namespace bearward::config {
namespace {

constexpr std::int64_t KiB = 1024;
constexpr std::int64_t TiB = KiB * KiB * KiB * KiB;
constexpr std::int64_t milliseconds = 1;
constexpr std::int64_t hours = 3'600'000 * milliseconds;

constexpr Key limit_keys[] = {
    {.name = "request_header",
     .kind = Kind::size,
     .least = KiB,
     .most = 64 * KiB,
     .otherwise = "16KiB",
     .description = "the whole head of a request; over it 431"},
    {.name = "request_body",
     .kind = Kind::size,
     .least = 0,
     .most = TiB,
     .otherwise = "10MiB",
     .description = "the content of a request; over it 413"},
    {.name = "header_timeout",
     .kind = Kind::duration,
     .least = 100 * milliseconds,
     .most = hours,
     .otherwise = "10s",
     .description = "from the first byte of a head to its last"},
    {.name = "handshake_timeout",
     .kind = Kind::duration,
     .least = 100 * milliseconds,
     .most = hours,
     .otherwise = "10s",
     .description = "for the whole TLS handshake of a client, however it trickles"},
    {.name = "idle_timeout",
     .kind = Kind::duration,
     .least = 100 * milliseconds,
     .most = 24 * hours,
     .otherwise = "60s",
     .description = "between two exchanges of a connection, and between two reads of content"},
    {.name = "tunnel_timeout",
     .kind = Kind::duration,
     .least = 100 * milliseconds,
     .most = 365 * 24 * hours,
     .otherwise = "1h",
     .description = "without a byte in either direction of a WebSocket or other tunnel; once one side has ended, "
                    "idle_timeout if that is less"},
    {.name = "min_data_rate",
     .kind = Kind::size,
     .least = 0,
     .most = KiB * KiB * KiB,
     .otherwise = "100",
     .description = "bytes a second that a client has to send of a request's content, or take of a response, on "
                    "average over the time that it is waited for; else 408, or the response is cut. 0: any"},
    {.name = "data_rate_grace",
     .kind = Kind::duration,
     .least = 0,
     .most = hours,
     .otherwise = "10s",
     .description = "a client is waited for so long in all before `min_data_rate` holds"},
    {.name = "drain_delay",
     .kind = Kind::duration,
     .least = 0,
     .most = hours,
     .otherwise = "0s",
     .description = "after SIGTERM: `/readyz` is 503 for so long before connections are no longer accepted, so that a "
                    "load balancer has seen it"},
    {.name = "drain_timeout",
     .kind = Kind::duration,
     .least = 0,
     .most = hours,
     .otherwise = "30s",
     .description = "from then on: what still runs after so long is cut"},
    {.name = "connections",
     .kind = Kind::number,
     .least = 1,
     .most = 10'000'000,
     .otherwise = "20000",
     .description = "of clients, of the whole process; at the limit those that have idled for longest make room for "
                    "new ones, which wait meanwhile"},
    {.name = "connections_per_address",
     .kind = Kind::number,
     .least = 0,
     .most = 10'000'000,
     .otherwise = "0",
     .description = "of one IPv4 address or IPv6 /64, of the whole process; more are closed; 0: any number"},
    {.name = "overload_lag",
     .kind = Kind::duration,
     .least = 0,
     .most = hours,
     .otherwise = "500ms",
     .description = "a worker that is behind with its work by so much puts off what costs most until it has caught up; "
                    "0s: never"},
    {.name = "handshakes",
     .kind = Kind::number,
     .least = 1,
     .most = 10'000'000,
     .otherwise = "4000",
     .description = "TLS handshakes of clients under way, of the whole process; more connections wait to be accepted"},
};

}  // namespace

constinit const Section limits_section{"limits", limit_keys};

std::uint64_t most_request_body_bytes(const Config& config) {
  std::uint64_t most = config.limits.request_body_bytes;
  for (const Route& route : config.routes) most = std::max(most, route.limits.request_body_bytes.value_or(0));
  return most;
}

Limits read_limits(const Value& value) {
  Limits limits;
  const auto map = value.map(limits_section);
  if (!map) return limits;
  map->read("request_header", limits.request_header_bytes);
  map->read("request_body", limits.request_body_bytes);
  map->read("header_timeout", limits.header_timeout);
  map->read("handshake_timeout", limits.handshake_timeout);
  map->read("idle_timeout", limits.idle_timeout);
  map->read("tunnel_timeout", limits.tunnel_timeout);
  map->read("min_data_rate", limits.min_data_rate);
  map->read("data_rate_grace", limits.data_rate_grace);
  map->read("drain_delay", limits.drain_delay);
  map->read("drain_timeout", limits.drain_timeout);
  map->read("connections", limits.connections);
  map->read("connections_per_address", limits.connections_per_address);
  map->read("overload_lag", limits.overload_lag);
  map->read("handshakes", limits.handshakes);
  return limits;
}

}  // namespace bearward::config
