#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bearward::store {

/// How many users have a password hash of one kind (crypto::password_kind).
struct PasswordKindCount {
  std::string kind;
  std::int64_t users = 0;
};

/// The kind of hash that a login as `username` is compared with when there is no such user: an attacker who
/// times logins must not be able to tell it from a real user's. So it is a name's own, the same at every try
/// and on every node that has the store's `key`; over all names the kinds come in the proportion of real
/// users; and while `counts` drift (rows are added, hashes are upgraded) a name changes its kind once, as a
/// user does, and not to and fro. `counts` are in the order of their kinds. nullopt: nobody has a password.
std::optional<std::string> choose_decoy_kind(std::string_view key, std::string_view username,
                                             const std::vector<PasswordKindCount>& counts);

/// More kinds than this are not told apart.
inline constexpr std::size_t max_decoy_kinds = 64;

}  // namespace bearward::store
