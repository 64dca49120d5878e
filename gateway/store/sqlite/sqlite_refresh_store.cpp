#include "store/sqlite/sqlite_refresh_store.h"

#include <array>

#include "base/base64url.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "store/sqlite/refresh_schema.h"
#include "store/sqlite/sqlite_connection.h"

namespace bearward::store {
namespace {

using Step = SqliteStatement::Step;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* insert_family =
    "INSERT INTO refresh_families (id, username, client_id, scope, renewed_at, expires_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
constexpr const char* insert_token =
    "INSERT INTO refresh_tokens (digest, family_id, issued_at, expires_at) VALUES (?1, ?2, ?3, ?4)";
constexpr const char* select_token =
    "SELECT t.family_id, f.username, f.client_id, f.scope, t.issued_at, t.expires_at, t.used_at"
    " FROM refresh_tokens AS t JOIN refresh_families AS f ON f.id = t.family_id WHERE t.digest = ?1";
// The token itself, and with a grace what it was exchanged for. A first use stays the first.
constexpr const char* use_tokens = "UPDATE refresh_tokens SET used_at = ?1 WHERE family_id = ?2 AND used_at IS NULL";
constexpr const char* touch_family = "UPDATE refresh_families SET renewed_at = ?1, expires_at = ?2 WHERE id = ?3";
constexpr const char* delete_family = "DELETE FROM refresh_families WHERE id = ?1 RETURNING id";
// Bounds. What has expired goes a little at a time, with each login and renewal.
constexpr const char* delete_expired =
    "DELETE FROM refresh_families WHERE id IN (SELECT id FROM refresh_families WHERE expires_at <= ?1 LIMIT 16)";
constexpr const char* delete_surplus_families =
    "DELETE FROM refresh_families WHERE id IN"
    " (SELECT id FROM refresh_families WHERE username = ?1 ORDER BY renewed_at DESC LIMIT -1 OFFSET ?2)";
constexpr const char* delete_surplus_tokens =
    "DELETE FROM refresh_tokens WHERE digest IN"
    " (SELECT digest FROM refresh_tokens WHERE family_id = ?1 ORDER BY issued_at DESC LIMIT -1 OFFSET ?2)";

std::string digest_of(std::string_view token) {
  const crypto::Sha256 digest = crypto::sha256(token);
  return base64url_encode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Secret make_token() {
  std::array<unsigned char, 32> bytes{};
  crypto::random_bytes(bytes);
  return Secret{base64url_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()})};
}

std::int64_t count(UnixMilliseconds time) { return time.time_since_epoch().count(); }
std::int64_t count(UnixTime time) { return time.time_since_epoch().count(); }
UnixTime end_of(UnixMilliseconds now, seconds ttl) { return std::chrono::floor<seconds>(now) + ttl; }

identity::Scopes split(std::string_view text) {
  identity::Scopes scopes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) scopes.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return scopes;
}

bool run(SqliteStatement& statement) { return statement.step() == Step::done; }

bool insert(SqliteConnection& connection, const Secret& token, std::string_view family_id, UnixMilliseconds now,
            seconds ttl) {
  const std::string digest = digest_of(token.reveal());
  SqliteStatement statement = connection.statement(insert_token);
  statement.bind(digest).bind(family_id).bind(count(now)).bind(count(end_of(now, ttl)));
  return run(statement);
}

bool erase_surplus(SqliteConnection& connection, const char* sql, std::string_view of, std::size_t most) {
  SqliteStatement statement = connection.statement(sql);
  statement.bind(of).bind(static_cast<std::int64_t>(most));
  return run(statement);
}

bool erase_expired(SqliteConnection& connection, UnixMilliseconds now) {
  SqliteStatement statement = connection.statement(delete_expired);
  statement.bind(count(std::chrono::floor<seconds>(now)));
  return run(statement);
}

bool erase_family(SqliteConnection& connection, std::string_view id) {
  SqliteStatement statement = connection.statement(delete_family);
  return statement.bind(id).step() != Step::failed;
}

Result<std::optional<RefreshTokenState>, StoreError> read(SqliteConnection& connection, std::string_view token) {
  const std::string digest = digest_of(token);
  SqliteStatement row = connection.statement(select_token);
  switch (row.bind(digest).step()) {
    case Step::failed:
      return std::unexpected(StoreError::unavailable);
    case Step::done:
      return std::nullopt;
    case Step::row:
      break;
  }
  RefreshTokenState state;
  state.family = {row.text(0), row.text(1), row.text(2), split(row.text(3))};
  state.issued_at = UnixMilliseconds{milliseconds{row.integer(4)}};
  state.expires_at = UnixTime{seconds{row.integer(5)}};
  if (!row.is_null(6)) state.used_at = UnixMilliseconds{milliseconds{row.integer(6)}};
  return state;
}

bool use(SqliteConnection& connection, const std::string& family_id, UnixMilliseconds now, seconds ttl) {
  {
    SqliteStatement statement = connection.statement(use_tokens);
    statement.bind(count(now)).bind(family_id);
    if (!run(statement)) return false;
  }
  SqliteStatement statement = connection.statement(touch_family);
  statement.bind(count(now)).bind(count(end_of(now, ttl))).bind(family_id);
  return run(statement);
}

}  // namespace

Result<std::unique_ptr<SqliteRefreshStore>, std::string> SqliteRefreshStore::open(std::string path) {
  std::unique_ptr<SqliteRefreshStore> store(new SqliteRefreshStore(std::move(path)));
  if (store->connect() != nullptr) return store;
  return std::unexpected("cannot keep refresh tokens in the user store " + store->path_ + ": " + store->failure_);
}

SqliteRefreshStore::SqliteRefreshStore(std::string path) : path_(std::move(path)) {}
SqliteRefreshStore::~SqliteRefreshStore() = default;

// Null where the file cannot be opened; opened anew where another file has taken its place.
SqliteConnection* SqliteRefreshStore::connect() {
  const auto file = SqliteConnection::file_id(path_);
  if (connection_ && file && connection_->file() == *file) return connection_.get();
  connection_ = nullptr;
  auto opened = SqliteConnection::open(path_, SqliteConnection::Access::read_write);
  if (!opened) {
    failure_ = opened.error();
    return nullptr;
  }
  if (auto ready = prepare_refresh_schema(**opened); !ready) {
    failure_ = ready.error();
    return nullptr;
  }
  connection_ = std::move(*opened);
  return connection_.get();
}

// What failed is remembered for the log, and the connection is closed: the next call finds a file that was repaired.
std::unexpected<StoreError> SqliteRefreshStore::failed() {
  if (connection_) failure_ = connection_->message() + " (" + std::to_string(connection_->code()) + ")";
  connection_ = nullptr;
  return std::unexpected(StoreError::unavailable);
}

// Runs `work` in a transaction that is committed if it has a value.
template <class Work>
auto SqliteRefreshStore::change(Work work) {
  using Done = decltype(work(std::declval<SqliteConnection&>()));
  const std::lock_guard lock(mutex_);
  SqliteConnection* const connection = connect();
  if (connection == nullptr || !connection->execute("BEGIN IMMEDIATE")) return Done{failed()};
  Done done = work(*connection);
  if (!done || !connection->execute("COMMIT")) return Done{failed()};  // closed: SQLite rolls it back
  return done;
}

Result<Secret, StoreError> SqliteRefreshStore::start(const RefreshFamily& family, UnixMilliseconds now, seconds ttl) {
  return change([&](SqliteConnection& connection) -> Result<Secret, StoreError> {
    const std::string scope = identity::joined(family.scopes);
    {
      SqliteStatement statement = connection.statement(insert_family);
      statement.bind(family.id).bind(family.username).bind(family.client_id).bind(scope);
      statement.bind(count(now)).bind(count(end_of(now, ttl)));
      if (!run(statement)) return std::unexpected(StoreError::unavailable);
    }
    Secret token = make_token();
    if (insert(connection, token, family.id, now, ttl) && erase_expired(connection, now) &&
        erase_surplus(connection, delete_surplus_families, family.username, max_families_of_user))
      return token;
    return std::unexpected(StoreError::unavailable);
  });
}

Result<std::optional<RefreshTokenState>, StoreError> SqliteRefreshStore::find(std::string_view token) {
  if (token.size() != refresh_token_bytes) return std::nullopt;
  const std::lock_guard lock(mutex_);
  SqliteConnection* const connection = connect();
  if (connection == nullptr) return failed();
  auto found = read(*connection, token);
  if (!found) return failed();
  return found;
}

Result<Secret, RenewalError> SqliteRefreshStore::renew(std::string_view token, UnixMilliseconds now, seconds ttl,
                                                       milliseconds grace) {
  if (token.size() != refresh_token_bytes) return std::unexpected(RenewalError::unknown);
  using Renewed = Result<Secret, RenewalError>;
  auto done = change([&](SqliteConnection& connection) -> Result<Renewed, StoreError> {
    const auto found = read(connection, token);
    if (!found) return std::unexpected(found.error());
    if (!*found) return Renewed{std::unexpected(RenewalError::unknown)};
    const std::string& family_id = (*found)->family.id;
    if (!may_use(**found, now, grace)) {
      if (!erase_family(connection, family_id)) return std::unexpected(StoreError::unavailable);
      return Renewed{std::unexpected(RenewalError::reused)};
    }
    if (now >= (*found)->expires_at) return Renewed{std::unexpected(RenewalError::unknown)};
    Secret next = make_token();
    if (use(connection, family_id, now, ttl) && insert(connection, next, family_id, now, ttl) &&
        erase_expired(connection, now) &&
        erase_surplus(connection, delete_surplus_tokens, family_id, max_tokens_of_family))
      return Renewed{std::move(next)};
    return std::unexpected(StoreError::unavailable);
  });
  if (!done) return std::unexpected(RenewalError::unavailable);
  return std::move(*done);
}

Result<bool, StoreError> SqliteRefreshStore::end(std::string_view family_id) {
  return change([&](SqliteConnection& connection) -> Result<bool, StoreError> {
    SqliteStatement statement = connection.statement(delete_family);
    switch (statement.bind(family_id).step()) {
      case Step::row:
        return true;
      case Step::done:
        return false;
      case Step::failed:
        break;
    }
    return std::unexpected(StoreError::unavailable);
  });
}

std::string SqliteRefreshStore::last_failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace bearward::store
