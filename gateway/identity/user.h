#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace bearward::identity {

/// A row of the user store as every request sees it, or whom a trusted issuer's token describes. Never holds the
/// password hash: this record is what caches and Redis keep.
struct User {
  std::string username;   // unique, compared byte by byte
  std::string email;      // may be empty
  std::string full_name;  // may be empty
  std::vector<std::string> roles;
  bool disabled = false;
  /// Tokens issued before this second are refused: "log out everywhere". 1970 when never used.
  UnixTime tokens_not_before{};
  /// Grows with every change of the row: a cache never replaces a newer copy by an older one.
  std::int64_t version = 0;

  bool operator==(const User&) const = default;
};

}  // namespace bearward::identity
