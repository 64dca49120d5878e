#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "http/message.h"

namespace bearward::http {

/// Takes every field line out of `response` whose name `drops` says true of, whoever wrote it.
template <class Drops>
void drop_fields(Response& response, const Drops& drops) {
  const auto drops_field = [&](const Field& field) { return drops(field.name); };
  if (std::ranges::any_of(response.fields, drops_field)) {
    std::vector<Field> kept(response.fields.begin(), response.fields.end());
    std::erase_if(kept, drops_field);
    response.kept_fields = std::move(kept);
    response.fields = response.kept_fields;
  }
  std::string& lines = response.own_fields;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find("\r\n", at), lines.size() - 2) + 2;
    if (drops(std::string_view(lines).substr(at, lines.find(':', at) - at))) {
      lines.erase(at, end - at);
    } else {
      at = end;
    }
  }
}

}  // namespace bearward::http
