#include "support/http_message.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>

namespace bearward::testing {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
char fold(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 ? lower(c) : '_'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

FieldLines FieldLines::parse(std::string_view head) {
  FieldLines fields;
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;) {
    const std::size_t begin = at + 2;
    at = head.find("\r\n", begin);
    const std::string_view line = head.substr(begin, at == std::string_view::npos ? at : at - begin);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    fields.lines_.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  }
  return fields;
}

std::optional<std::string> FieldLines::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(lines_, [name](const auto& line) { return equal_ignoring_case(line.first, name); });
  if (found == lines_.end()) return std::nullopt;
  return found->second;
}

std::size_t FieldLines::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(lines_, [name](const auto& line) { return equal_ignoring_case(line.first, name); }));
}

std::size_t FieldLines::count_folded(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      lines_, [name](const auto& line) { return std::ranges::equal(line.first, name, {}, fold, fold); }));
}

void PrintTo(const Response& response, std::ostream* out) {
  constexpr std::size_t most_shown = 400;
  if (response.status == 0) *out << "no response";
  *out << response.head << response.content.substr(0, most_shown);
  if (response.content.size() > most_shown) *out << "... " << response.content.size() << " bytes";
  *out << (response.complete ? "" : " (incomplete)");
  *out << (response.ending == Ending::open ? "" : response.ending == Ending::ended ? " (ended)" : " (reset)");
}

std::string request(std::string_view method, std::string_view target, std::string_view fields,
                    std::string_view content) {
  std::string text;
  text.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: gateway.test\r\n").append(fields);
  if (!content.empty()) text += "Content-Length: " + std::to_string(content.size()) + "\r\n";
  return text.append("\r\n").append(content);
}

std::string bearer(std::string_view token) { return "Authorization: Bearer " + std::string(token) + "\r\n"; }

std::string chunk(std::string_view content) {
  char size[16];
  const auto end = std::to_chars(size, std::end(size), content.size(), 16).ptr;
  return std::string(size, end) + "\r\n" + std::string(content) + "\r\n";
}

bool equal_ignoring_case(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

}  // namespace bearward::testing
