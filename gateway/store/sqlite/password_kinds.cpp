#include "store/sqlite/password_kinds.h"

#include "crypto/password_kind.h"
#include "store/sqlite/sqlite_connection.h"

namespace bearward::store {
namespace {

constexpr const char* select_kinds =
    "SELECT d.key, k.kind, k.users FROM login_decoy AS d LEFT JOIN password_kinds AS k ON k.users > 0"
    " ORDER BY k.kind LIMIT 64";

}  // namespace

std::optional<PasswordKinds> read_password_kinds(SqliteConnection& connection) {
  using Step = SqliteStatement::Step;
  SqliteStatement statement = connection.statement(select_kinds);
  PasswordKinds found;
  while (true) {
    const Step step = statement.step();
    if (step == Step::failed) return std::nullopt;
    if (step == Step::done) return found;
    found.key = statement.text(0);
    // A kind that would take a day is none: its users' logins are compared with a decoy, too.
    if (!statement.is_null(1) && crypto::decoy_of_kind(statement.text(1)))
      found.counts.push_back({statement.text(1), statement.integer(2)});
  }
}

}  // namespace bearward::store
