#include "store/sqlite/user_rows.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "store/sqlite/sqlite_connection.h"

namespace bearward::store {
namespace {

using identity::User;
using Step = SqliteStatement::Step;

constexpr const char* select_row =
    "SELECT username, email, full_name, roles, disabled, tokens_not_before_ms, version, password_hash"
    " FROM users WHERE username = ?1";
constexpr const char* select_all =
    "SELECT username, email, full_name, roles, disabled, tokens_not_before_ms, version FROM users ORDER BY username";
// One statement is one moment: the revision beside the row, or beside its absence. One more revoked id than a
// subject may have shows that there are too many.
constexpr const char* select_state =
    "SELECT u.username, u.email, u.full_name, u.roles, u.disabled, u.tokens_not_before_ms, u.version, r.revision,"
    " (SELECT json_group_array(id) FROM (SELECT id FROM revoked_tokens"
    " WHERE subject = ?1 AND expires_at > unixepoch() LIMIT 257))"
    " FROM user_revision AS r LEFT JOIN users AS u ON u.username = ?1";
constexpr const char* select_client_state =
    "SELECT coalesce(c.tokens_not_before_ms, 0), coalesce(n.revision, 0),"
    " (SELECT json_group_array(id) FROM (SELECT id FROM revoked_tokens"
    " WHERE subject = ?1 AND expires_at > unixepoch() LIMIT 257))"
    " FROM user_revision LEFT JOIN client_tokens AS c ON c.subject = ?1 LEFT JOIN user_changes AS n ON n.username = ?1";
constexpr const char* insert_row =
    "INSERT INTO users (username, email, full_name, roles, disabled, tokens_not_before_ms, password_hash)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
constexpr const char* update_row =
    "UPDATE users SET email = ?1, full_name = ?2, roles = ?3, disabled = ?4, tokens_not_before_ms = ?5,"
    " password_hash = ?6 WHERE username = ?7";

// A row made by hand may hold anything: what is not a list of strings is a fault, never "no roles", since a
// policy may well say `not: {roles: [...]}`.
std::optional<std::vector<std::string>> parse_roles(const std::string& text) {
  error_code error;
  const boost::json::value json = boost::json::parse(text, error);
  if (error || !json.is_array()) return std::nullopt;
  std::vector<std::string> roles;
  for (const boost::json::value& role : json.get_array()) {
    if (!role.is_string()) return std::nullopt;
    roles.emplace_back(role.get_string());
  }
  return roles;
}

std::string print_roles(const std::vector<std::string>& roles) {
  boost::json::array json;
  for (const std::string& role : roles) json.emplace_back(role);
  return boost::json::serialize(json);
}

Result<User, Fault> read_user(const SqliteStatement& row) {
  User user;
  user.username = row.text(0);
  std::optional<std::vector<std::string>> roles = parse_roles(row.text(3));
  if (!roles)
    return std::unexpected(Fault{StoreError::unavailable,
                                 "the row of \"" + user.username + "\" has roles that are not a JSON list of strings"});
  user.email = row.text(1);
  user.full_name = row.text(2);
  user.roles = std::move(*roles);
  user.disabled = row.integer(4) != 0;
  user.tokens_not_before = UnixMilliseconds{std::chrono::milliseconds{row.integer(5)}};
  user.version = row.integer(6);
  return user;
}

// Sorted, for binary searches.
Result<void, Fault> read_revoked(const std::string& text, User& user) {
  if (text == "[]") return {};
  error_code error;
  const boost::json::value json = boost::json::parse(text, error);
  const boost::json::array* ids = error ? nullptr : json.if_array();
  bool good = ids != nullptr && ids->size() <= max_revoked_ids;
  for (std::size_t i = 0; good && i < ids->size(); ++i) {
    const boost::json::string* id = (*ids)[i].if_string();
    good = id != nullptr && id->size() <= max_revoked_id_bytes;
    if (good) user.revoked.emplace_back(*id);
  }
  if (!good)
    return std::unexpected(
        Fault{StoreError::unavailable, "too many or no proper ids are among the revoked of \"" + user.username + "\""});
  std::ranges::sort(user.revoked);
  return {};
}

Result<UserState, Fault> read_client(SqliteConnection& connection, std::string_view subject) {
  SqliteStatement statement = connection.statement(select_client_state);
  if (statement.bind(subject).step() != Step::row) return std::unexpected(fault_of(connection));
  User client;
  client.username = subject;
  client.tokens_not_before = UnixMilliseconds{std::chrono::milliseconds{statement.integer(0)}};
  client.version = statement.integer(1);
  if (auto read = read_revoked(statement.text(2), client); !read) return std::unexpected(std::move(read.error()));
  const std::int64_t version = client.version;
  return UserState{std::move(client), version};
}

void bind_email(SqliteStatement& statement, const std::string& email) {
  if (email.empty()) {
    statement.bind_null();  // UNIQUE: many users may have none
  } else {
    statement.bind(email);
  }
}

}  // namespace

Fault fault_of(const SqliteConnection& connection) {
  const int code = connection.code();
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) return {StoreError::already_exists, {}};
  return {StoreError::unavailable, connection.message() + " (" + std::to_string(code) + ")"};
}

Result<std::optional<StoredUser>, Fault> read_stored(SqliteConnection& connection, std::string_view username) {
  SqliteStatement statement = connection.statement(select_row);
  switch (statement.bind(username).step()) {
    case Step::done:
      return std::nullopt;
    case Step::failed:
      return std::unexpected(fault_of(connection));
    case Step::row:
      break;
  }
  Result<User, Fault> user = read_user(statement);
  if (!user) return std::unexpected(std::move(user.error()));
  return StoredUser{std::move(*user), statement.text(7)};
}

Result<StoredUser, Fault> require_stored(SqliteConnection& connection, std::string_view username) {
  Result<std::optional<StoredUser>, Fault> found = read_stored(connection, username);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return std::unexpected(Fault{StoreError::not_found, {}});
  return std::move(**found);
}

Result<void, Fault> insert(SqliteConnection& connection, const StoredUser& stored) {
  const User& user = stored.user;
  const std::string roles = print_roles(user.roles);
  SqliteStatement statement = connection.statement(insert_row);
  statement.bind(user.username);
  bind_email(statement, user.email);
  statement.bind(user.full_name).bind(roles).bind(std::int64_t{user.disabled});
  statement.bind(std::int64_t{user.tokens_not_before.time_since_epoch().count()}).bind(stored.password_hash);
  if (statement.step() != Step::done) return std::unexpected(fault_of(connection));
  return {};
}

Result<void, Fault> rewrite(SqliteConnection& connection, std::string_view username, const StoredUser& stored) {
  const User& user = stored.user;
  const std::string roles = print_roles(user.roles);
  SqliteStatement statement = connection.statement(update_row);
  bind_email(statement, user.email);
  statement.bind(user.full_name).bind(roles).bind(std::int64_t{user.disabled});
  statement.bind(std::int64_t{user.tokens_not_before.time_since_epoch().count()}).bind(stored.password_hash);
  statement.bind(username);
  if (statement.step() != Step::done) return std::unexpected(fault_of(connection));
  return {};
}

Result<UserState, Fault> read_state(SqliteConnection& connection, std::string_view username) {
  if (identity::is_client_subject(username)) return read_client(connection, username);
  SqliteStatement statement = connection.statement(select_state);
  if (statement.bind(username).step() != Step::row) return std::unexpected(fault_of(connection));
  if (statement.is_null(0)) return UserState{std::nullopt, statement.integer(7)};
  Result<User, Fault> user = read_user(statement);
  if (!user) return std::unexpected(std::move(user.error()));
  if (auto read = read_revoked(statement.text(8), *user); !read) return std::unexpected(std::move(read.error()));
  const std::int64_t version = user->version;
  return UserState{std::move(*user), version};
}

Result<std::vector<User>, Fault> read_all(SqliteConnection& connection) {
  SqliteStatement statement = connection.statement(select_all);
  std::vector<User> users;
  while (true) {
    const Step step = statement.step();
    if (step == Step::failed) return std::unexpected(fault_of(connection));
    if (step == Step::done) return users;
    Result<User, Fault> user = read_user(statement);
    if (!user) return std::unexpected(std::move(user.error()));
    users.push_back(std::move(*user));
  }
}

}  // namespace bearward::store
