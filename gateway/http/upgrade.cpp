#include "http/upgrade.h"

#include <algorithm>
#include <array>

#include "http/field_syntax.h"
#include "http/list.h"

namespace bearward::http {
namespace {

/// The one protocol of the one Upgrade field; empty when there are more, or none, or it is malformed.
std::string_view only_protocol(Fields fields) {
  std::string_view found;
  for (const Field& field : fields) {
    if (field.id != FieldId::upgrade) continue;
    if (!found.empty() || !is_protocol(field.value)) return {};
    found = field.value;
  }
  return found;
}

bool connection_names_upgrade(Fields fields) {
  return std::ranges::any_of(fields, [](const Field& field) {
    if (field.id != FieldId::connection) return false;
    for (const std::string_view option : ListView(field.value)) {
      if (equal_ignoring_case(option, "upgrade")) return true;
    }
    return false;
  });
}

std::string_view name_of(std::string_view protocol) { return protocol.substr(0, protocol.find('/')); }

}  // namespace

bool is_protocol(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return is_token(text);
  return is_token(text.substr(0, slash)) && is_token(text.substr(slash + 1));
}

bool carries_http(std::string_view protocol) {
  constexpr std::array<std::string_view, 5> names = {"h2c", "h2", "h3", "http", "tls"};
  return std::ranges::any_of(names,
                             [&](std::string_view name) { return equal_ignoring_case(name, name_of(protocol)); });
}

bool is_same_protocol(std::string_view listed, std::string_view protocol) {
  const bool any_version = listed.find('/') == std::string_view::npos;
  return equal_ignoring_case(listed, any_version ? name_of(protocol) : protocol);
}

std::string_view requested_protocol(const RequestHead& head) {
  const std::string_view protocol = only_protocol(head.fields);
  if (protocol.empty() || head.version != Version::http1_1 || carries_http(protocol)) return {};
  return connection_names_upgrade(head.fields) ? protocol : std::string_view{};
}

bool switches_to(Fields fields, std::string_view protocol) {
  return equal_ignoring_case(only_protocol(fields), protocol);
}

}  // namespace bearward::http
