#pragma once

#include <charconv>
#include <cstring>
#include <span>
#include <string_view>

namespace bearward::http {

/// Writes a message head into memory that somebody else owns, always in the canonical form
/// `Name: value CR LF`. Never writes past the end: what does not fit sets `overflowed`, and the head is
/// not to be sent. Callers give names and values that are valid (field_syntax.h).
class HeadWriter {
 public:
  explicit HeadWriter(std::span<char> room)
      : begin_(room.data()), next_(room.data()), end_(room.data() + room.size()) {}

  void text(std::string_view text) {
    if (static_cast<std::size_t>(end_ - next_) < text.size()) {
      overflowed_ = true;
      end_ = next_;  // what is shorter must not follow in its place: a name without its value
      return;
    }
    if (text.empty()) return;  // its data may be null, which memcpy must not be given
    std::memcpy(next_, text.data(), text.size());
    next_ += text.size();
  }

  void number(std::uint64_t value) {
    char digits[20];
    const auto result = std::to_chars(digits, digits + sizeof digits, value);
    text({digits, static_cast<std::size_t>(result.ptr - digits)});
  }

  void request_line(std::string_view method, std::string_view target) {
    text(method);
    text(" ");
    text(target);
    text(" HTTP/1.1\r\n");
  }

  void status_line(int status, std::string_view reason) {
    text("HTTP/1.1 ");
    number(static_cast<std::uint64_t>(status));
    text(" ");
    text(reason);
    text("\r\n");
  }

  void field(std::string_view name, std::string_view value) {
    text(name);
    text(": ");
    text(value);
    text("\r\n");
  }

  void field(std::string_view name, std::uint64_t value) {
    text(name);
    text(": ");
    number(value);
    text("\r\n");
  }

  void end() { text("\r\n"); }

  bool overflowed() const { return overflowed_; }
  std::string_view written() const { return {begin_, static_cast<std::size_t>(next_ - begin_)}; }
  /// What is left of the memory, for content that follows the head in one write.
  std::span<char> rest() const { return {next_, static_cast<std::size_t>(end_ - next_)}; }

 private:
  char* begin_;
  char* next_;
  char* end_;
  bool overflowed_ = false;
};

}  // namespace bearward::http
