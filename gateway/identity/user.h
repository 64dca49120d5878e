#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace bearward::identity {

/// A row of the user store as every request sees it; for a client that acts for itself the record of
/// `client:ID` (client_subject), which has no row and no roles. Never holds the password hash: this record is
/// what caches and Redis keep.
struct User {
  std::string username;   // unique, compared byte by byte
  std::string email;      // may be empty
  std::string full_name;  // may be empty
  std::vector<std::string> roles;
  bool disabled = false;
  /// Tokens issued before this moment are refused: "log out everywhere". 1970 when never used.
  UnixMilliseconds tokens_not_before{};
  /// What was revoked alone: a token's `jti`, or the `sid` of a login (its refresh token and all access tokens
  /// of it). Sorted; none twice; only what has not expired, so usually empty.
  std::vector<std::string> revoked{};
  /// Grows with every change of the row: a cache never replaces a newer copy by an older one.
  std::int64_t version = 0;

  bool operator==(const User&) const = default;
};

/// Under which name the user store keeps what is known of a client's own tokens. No username has a colon.
inline constexpr std::string_view client_subject_prefix = "client:";
inline std::string client_subject(std::string_view client_id) {
  return std::string{client_subject_prefix} += client_id;
}
inline bool is_client_subject(std::string_view name) { return name.starts_with(client_subject_prefix); }

}  // namespace bearward::identity
