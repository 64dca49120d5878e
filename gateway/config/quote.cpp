#include "config/quote.h"

#include <algorithm>

#include "base/utf8.h"

namespace bearward::config {
namespace {

/// `a://user:password@b` -> `a://***@b`
std::string without_user(std::string_view text) {
  const std::size_t scheme = text.find("://");
  const std::size_t at = text.rfind('@');
  if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme) return std::string{text};
  return std::string{text.substr(0, scheme + 3)} + "***" + std::string{text.substr(at)};
}

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  const std::string shown = without_user(text);
  std::string result = "\"";
  std::string_view rest = shown;
  while (!rest.empty() && result.size() < longest) {
    const std::size_t length = std::max<std::size_t>(utf8_sequence_length(rest), 1);
    const bool printable = utf8_sequence_length(rest) != 0 && !has_control_character(rest.substr(0, length));
    result += printable ? rest.substr(0, length) : "?";
    rest.remove_prefix(length);
  }
  return result + (rest.empty() ? "\"" : "...\"");
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet < 0x20 || octet == 0x7f;
  });
}

}  // namespace bearward::config
