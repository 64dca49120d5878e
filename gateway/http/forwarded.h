#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace bearward::http {

/// The nodes of one `Forwarded` field (RFC 7239): what each of its elements says in `for`, from the last to the
/// first, quotes taken off; an empty one where an element says none. Views into the field.
class ForwardedNodes {
 public:
  /// A chain longer than that is believed from its end as far as it goes.
  static constexpr std::size_t most = 32;

  explicit ForwardedNodes(std::string_view value);

  /// False: it is not to the letter, and nobody can tell what it says.
  bool good() const { return good_; }
  /// Takes the last node that has not been taken; false when there is none.
  bool take_last(std::string_view& node);

 private:
  bool parse(std::string_view value);

  std::array<std::string_view, most> nodes_;  // a ring
  std::size_t count_ = 0;
  std::size_t taken_ = 0;
  bool good_ = false;
};

}  // namespace bearward::http
