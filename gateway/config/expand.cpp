#include "config/expand.h"

#include <algorithm>

namespace bearward::config {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_name(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || is_digit(c); });
}

Result<void, std::string> replace(std::string_view reference, const Environment& environment, Expansion& expansion) {
  const std::size_t colon = reference.find(":-");
  const std::string name{reference.substr(0, colon)};
  if (!is_name(name))
    return std::unexpected{"found ${...} without a variable's name, expected ${NAME} or ${NAME:-default}"};
  const std::optional<std::string> value = environment(name);
  if (value && !(value->empty() && colon != std::string_view::npos)) {
    expansion.text += *value;
    expansion.from_environment = true;
    return {};
  }
  if (colon == std::string_view::npos)
    return std::unexpected{"found ${" + name +
                           "}, which the environment does not set, expected a variable that is set; " +
                           "set it, or write ${" + name + ":-default}"};
  expansion.text += reference.substr(colon + 2);
  expansion.from_default = true;
  return {};
}

}  // namespace

Result<Expansion, std::string> expand(std::string_view text, const Environment& environment) {
  Expansion expansion;
  while (true) {
    const std::size_t start = text.find("${");
    if (start == std::string_view::npos) break;
    if (start > 0 && text[start - 1] == '$') {
      expansion.text.append(text, 0, start - 1).append("${");
      text.remove_prefix(start + 2);
      continue;
    }
    const std::size_t end = text.find('}', start);
    if (end == std::string_view::npos)
      return std::unexpected{"found ${ without its }, expected ${NAME}; a plain ${ is written $${"};
    expansion.text += text.substr(0, start);
    if (auto replaced = replace(text.substr(start + 2, end - start - 2), environment, expansion); !replaced)
      return std::unexpected{std::move(replaced.error())};
    text.remove_prefix(end + 1);
  }
  expansion.text += text;
  return expansion;
}

}  // namespace bearward::config
