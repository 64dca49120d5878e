#pragma once

#include <string>
#include <string_view>

namespace bearward {

/// A password, key or token at rest: its memory is wiped when it goes, it cannot be printed or
/// compared by accident, and `reveal` marks every place where it is used.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  std::string_view reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace bearward
