#include "config/upgrades.h"

#include "config/sections.h"
#include "http/upgrade.h"

namespace bearward::config {
namespace {

constexpr std::string_view form = "any, none, a protocol such as websocket, or a list of them";

void read_protocol(const Value& value, Upgrades& upgrades) {
  auto protocol = value.text(form);
  if (!protocol) return;
  if (!http::is_protocol(*protocol) || *protocol == "any" || *protocol == "none") {
    value.expected("a protocol such as websocket");
  } else if (http::carries_http(*protocol)) {
    value.error(
        "upgrade names \"" + *protocol +
        "\", in which HTTP itself would run, unseen by routes and policies; it is never forwarded, leave it out");
  } else {
    upgrades.protocols.push_back(std::move(*protocol));
  }
}

}  // namespace

Upgrades read_upgrades(const Value& value) {
  Upgrades upgrades;
  const auto items = value.one_or_more(form);
  if (!items) return upgrades;
  if (items->size() == 1 && items->front().written() == "any") return upgrades;
  upgrades.any = false;
  if (items->size() == 1 && items->front().written() == "none") return upgrades;
  for (const Value& item : *items) read_protocol(item, upgrades);
  return upgrades;
}

}  // namespace bearward::config
