#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/import/user_table.h"
#include "store/user_store.h"

namespace bearward::store {

/// Which column of a foreign table is what of a user. Columns are known by their names, in any case: username,
/// email, full_name, hashed_password or password_hash, disabled or is_active, roles.
class UserMapping {
 public:
  /// `renamed` says of further columns which field they are, or "" that one is not to be read. The error says
  /// what is missing or there twice, and what to do.
  static Result<UserMapping, std::string> make(const std::vector<std::string>& columns,
                                               const std::map<std::string, std::string>& renamed);

  /// The user of a row, or what is wrong with it and what to do. The hash is kept as it is.
  Result<StoredUser, std::string> read(const UserTable::Row& row) const;

  /// Columns that nothing was read from.
  const std::vector<std::string>& ignored() const { return ignored_; }

 private:
  UserMapping() = default;

  std::optional<std::string_view> cell(const UserTable::Row& row, std::string_view field) const;

  std::map<std::string, std::size_t, std::less<>> column_of_;  // by field
  std::vector<std::string> ignored_;
};

}  // namespace bearward::store
