#pragma once

#include <string_view>

namespace bearward::http {

/// Without the spaces and tabs around it (OWS, RFC 9110 §5.6.3).
constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The members of a comma-separated list without quoted strings (RFC 9110 §5.6.1): empty ones are
/// passed over. `for (std::string_view member : ListView(value))`.
class ListView {
 public:
  explicit constexpr ListView(std::string_view text) : text_(text) {}

  class Iterator {
   public:
    constexpr Iterator(std::string_view rest, bool at_end) : rest_(rest), at_end_(at_end) {
      if (!at_end_) next();
    }
    constexpr std::string_view operator*() const { return member_; }
    constexpr Iterator& operator++() {
      next();
      return *this;
    }
    constexpr bool operator!=(const Iterator& other) const { return at_end_ != other.at_end_; }

   private:
    constexpr void next() {
      do {
        if (rest_.empty()) {
          at_end_ = true;
          return;
        }
        const std::size_t comma = rest_.find(',');
        member_ = trim(rest_.substr(0, comma));
        rest_ = comma == std::string_view::npos ? std::string_view{} : rest_.substr(comma + 1);
      } while (member_.empty());
    }

    std::string_view rest_;
    std::string_view member_;
    bool at_end_;
  };

  constexpr Iterator begin() const { return {text_, false}; }
  constexpr Iterator end() const { return {{}, true}; }

 private:
  std::string_view text_;
};

}  // namespace bearward::http
