#include "store/sqlite/revoked_tokens.h"

#include <chrono>

#include "identity/user.h"
#include "store/sqlite/sqlite_connection.h"
#include "store/user_store.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;
using Step = SqliteStatement::Step;

// A token is accepted up to ten minutes after `exp` (the most that tokens.leeway can be), by nodes whose clocks
// may differ a little more.
constexpr auto kept_after_expiry = 1h;

// With every revocation: twice what it can add, so the table shrinks to what has not expired.
constexpr const char* delete_expired =
    "DELETE FROM revoked_tokens WHERE (subject, id) IN"
    " (SELECT subject, id FROM revoked_tokens WHERE expires_at <= unixepoch() ORDER BY expires_at LIMIT 64)";
constexpr const char* insert_id =
    "INSERT INTO revoked_tokens (subject, id, expires_at) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (subject, id) DO UPDATE SET expires_at = excluded.expires_at WHERE excluded.expires_at > expires_at";
constexpr const char* count_ids = "SELECT count(*) FROM revoked_tokens WHERE subject = ?1 AND expires_at > unixepoch()";
constexpr const char* delete_ids = "DELETE FROM revoked_tokens WHERE subject = ?1";
constexpr const char* raise_of_user =
    "UPDATE users SET tokens_not_before_ms = ?2 WHERE username = ?1 AND tokens_not_before_ms < ?2";
constexpr const char* raise_of_client =
    "INSERT INTO client_tokens (subject, tokens_not_before_ms) VALUES (?1, ?2)"
    " ON CONFLICT (subject) DO UPDATE SET tokens_not_before_ms = excluded.tokens_not_before_ms"
    " WHERE excluded.tokens_not_before_ms > tokens_not_before_ms";

}  // namespace

bool revoke_all_tokens(SqliteConnection& connection, std::string_view subject) {
  // A token of this very millisecond may have been issued before: it goes too.
  const std::int64_t first_good = (unix_now_ms() + 1ms).time_since_epoch().count();
  SqliteStatement raise = connection.statement(identity::is_client_subject(subject) ? raise_of_client : raise_of_user);
  if (raise.bind(subject).bind(first_good).step() != Step::done) return false;
  SqliteStatement clear = connection.statement(delete_ids);  // all of them are older
  return clear.bind(subject).step() == Step::done;
}

bool revoke_token(SqliteConnection& connection, std::string_view subject, std::string_view id, UnixTime expires_at) {
  if (connection.statement(delete_expired).step() != Step::done) return false;
  if (id.empty() || id.size() > max_revoked_id_bytes) return revoke_all_tokens(connection, subject);
  const std::int64_t kept_until = (expires_at + kept_after_expiry).time_since_epoch().count();
  SqliteStatement insert = connection.statement(insert_id);
  if (insert.bind(subject).bind(id).bind(kept_until).step() != Step::done) return false;
  SqliteStatement count = connection.statement(count_ids);
  if (count.bind(subject).step() != Step::row) return false;
  return count.integer(0) <= std::int64_t{max_revoked_ids} || revoke_all_tokens(connection, subject);
}

}  // namespace bearward::store
