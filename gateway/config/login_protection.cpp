#include "config/login_protection.h"

#include "config/sections.h"

namespace bearward::config {
namespace {

constexpr std::string_view by_form = "username or client_ip, or a list of them";

constexpr Key login_protection_keys[] = {
    {.name = "attempts",
     .kind = Kind::number,
     .least = 1,
     .most = 1'000,
     .otherwise = "5",
     .description = "failed tries at once; one more, right or wrong, is 429 until the budget has refilled by one"},
    {.name = "per",
     .kind = Kind::duration,
     .least = 1'000,
     .most = 86'400'000,
     .otherwise = "1m",
     .description = "how long an empty budget takes to be whole again; it refills steadily"},
    {.name = "by",
     .kind = Kind::list,
     .form = by_form,
     .otherwise = "both",
     .description = "`username`: each name has a budget, whether there is such a user or not; `client_ip`: so has each "
                    "network, /24 of IPv4 and /56 of IPv6"},
};

}  // namespace

constinit const Section login_protection_section{"login_protection", login_protection_keys};

LoginProtection read_login_protection(const Value& value) {
  LoginProtection protection;
  const auto map = value.map(login_protection_section);
  if (!map) return protection;
  map->read("attempts", protection.attempts);
  map->read("per", protection.per);
  const auto by = map->find("by");
  const auto items = by ? by->one_or_more(by_form) : std::nullopt;
  if (!items) return protection;
  protection.by_username = protection.by_client_ip = false;
  for (const Value& item : *items) {
    const auto text = item.text(by_form);
    if (text == "username") {
      protection.by_username = true;
    } else if (text == "client_ip") {
      protection.by_client_ip = true;
    } else if (text) {
      item.expected(by_form);
    }
  }
  return protection;
}

}  // namespace bearward::config
