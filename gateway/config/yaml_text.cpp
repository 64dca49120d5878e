#include "config/yaml_text.h"

#include <array>

#include "base/utf8.h"
#include "config/yaml_tree.h"

namespace bearward::config {
namespace {

constexpr std::string_view marks = "[]{},:?&*!\"'|>";

constexpr std::array<bool, 256> make_mark_table() {
  std::array<bool, 256> table{};
  for (const char c : marks) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> is_mark = make_mark_table();

/// Walks over the text once, counting lines and columns (in characters) as editors do.
class TextCheck {
 public:
  TextCheck(const std::string& file, std::string_view text, Diagnostics& diagnostics)
      : place_{file, 1, 1}, text_{text}, diagnostics_{diagnostics} {}

  bool run() {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
    while (!text_.empty()) {
      const std::size_t length = utf8_sequence_length(text_);
      // Without a known encoding, nothing after this place can be told apart.
      if (length == 0) return refuse("found a byte that is not UTF-8, expected a UTF-8 text; save the file as UTF-8");
      if (length == 1 && !check(text_.front())) return false;
      step(length);
    }
    return good_;
  }

 private:
  bool check(char c) {
    if (c == '\t' && in_indentation_) return tab();
    if (c == '\r' && !text_.starts_with("\r\n")) return refuse("found a carriage return alone, expected LF or CRLF");
    const auto octet = static_cast<unsigned char>(c);
    if ((octet < 0x20 && c != '\t' && c != '\n' && c != '\r') || octet == 0x7f)
      return refuse("found a control character, expected text; remove it");
    if (is_mark[octet] && ++marks_ > YamlBounds::marks)
      return refuse("found more than " + std::to_string(YamlBounds::marks) +
                    " marks such as [ ] { } , : in one file, expected fewer; split the file");
    return true;
  }

  /// YAML 1.2 §6.1 forbids it, and parsers disagree on what it would mean; yaml-cpp takes none even on a
  /// blank line. One report is enough for a file that is indented with tabs throughout.
  bool tab() {
    if (good_) refuse("found a tab in the indentation, expected spaces");
    good_ = false;
    return true;
  }

  bool refuse(std::string message) {
    diagnostics_.error(place_, std::move(message));
    return false;
  }

  void step(std::size_t length) {
    const char c = text_.front();
    in_indentation_ = c == '\n' || (in_indentation_ && (c == ' ' || c == '\t'));
    if (c == '\n') {
      ++place_.line;
      place_.column = 1;
    } else {
      ++place_.column;
    }
    text_.remove_prefix(length);
  }

  Place place_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  std::size_t marks_ = 0;
  bool in_indentation_ = true;
  bool good_ = true;
};

}  // namespace

bool check_yaml_text(const std::string& file, std::string_view text, Diagnostics& diagnostics) {
  if (text.size() > YamlBounds::bytes) {
    diagnostics.error({file, 1, 1}, "found a file of over 8 MiB, expected a smaller one; split the file");
    return false;
  }
  return TextCheck{file, text, diagnostics}.run();
}

}  // namespace bearward::config
