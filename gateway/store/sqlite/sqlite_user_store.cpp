#include "store/sqlite/sqlite_user_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/password_kinds.h"
#include "store/sqlite/revoked_tokens.h"
#include "store/sqlite/sqlite_connection.h"
#include "store/sqlite/user_rows.h"
#include "store/sqlite/user_schema.h"

namespace bearward::store {
namespace {

using identity::User;
using Step = SqliteStatement::Step;

// Of idle connections; above it they are closed: a burst of threads leaves no open files behind.
constexpr std::size_t max_idle = 32;

constexpr const char* select_known = "SELECT 1 FROM user_changes WHERE username = ?1";
constexpr const char* delete_row = "DELETE FROM users WHERE username = ?1";
// Up to three names can change in one revision: the last one is never cut in two.
constexpr const char* select_changes =
    "SELECT username, revision FROM user_changes WHERE revision > ?1 AND revision <= ("
    "SELECT coalesce(max(revision), ?1) FROM ("
    "SELECT revision FROM user_changes WHERE revision > ?1 ORDER BY revision LIMIT ?2)) ORDER BY revision";
constexpr const char* select_revision_at =
    "SELECT revision FROM user_changes WHERE changed_at < ?1 ORDER BY revision DESC LIMIT 1";

bool make_file(const std::string& path) {
  // O_EXCL: only a file that nobody has open is closed here; closing one drops its process's locks.
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return errno == EEXIST;
  ::close(file);
  return true;
}

// The row as it stands inside a transaction.
Result<User, Fault> require_user(SqliteConnection& connection, std::string_view username) {
  Result<StoredUser, Fault> found = require_stored(connection, username);
  if (!found) return std::unexpected(std::move(found.error()));
  return std::move(found->user);
}

// A user who is not there now. To a name that somebody had before, no token of that somebody is good.
Result<void, Fault> insert_new(SqliteConnection& connection, const StoredUser& user) {
  SqliteStatement known = connection.statement(select_known);
  const Step step = known.bind(user.user.username).step();
  if (step == Step::failed) return std::unexpected(fault_of(connection));
  if (step != Step::row) return insert(connection, user);
  StoredUser fresh = user;
  fresh.user.tokens_not_before = std::max(fresh.user.tokens_not_before, unix_now_ms() + std::chrono::milliseconds{1});
  return insert(connection, fresh);
}

// Why a row of an import cannot be inserted; nullopt: the user is there already, and is to be left alone.
Result<std::optional<std::string>, Fault> problem_of_insert(SqliteConnection& connection, const StoredUser& user,
                                                            StoreError error, Existing existing) {
  const Result<std::optional<StoredUser>, Fault> namesake = read_stored(connection, user.user.username);
  if (!namesake) return std::unexpected(namesake.error());
  if (*namesake && existing == Existing::skip) return std::nullopt;
  if (*namesake) return "a user of this name exists; leave such users as they are with --skip-existing";
  if (error == StoreError::email_exists) return "another user has this email; change one of the two";
  return "the store takes no such user";
}

Result<ImportOutcome, Fault> import_rows(SqliteConnection& connection, std::span<const StoredUser> users,
                                         Existing existing) {
  ImportOutcome outcome;
  for (std::size_t i = 0; i < users.size(); ++i) {
    const Result<void, Fault> inserted = insert_new(connection, users[i]);
    if (inserted) {
      ++outcome.added;
      continue;
    }
    if (inserted.error().error == StoreError::unavailable) return std::unexpected(inserted.error());
    auto problem = problem_of_insert(connection, users[i], inserted.error().error, existing);
    if (!problem) return std::unexpected(std::move(problem.error()));
    if (*problem) {
      outcome.problems.push_back({i, std::move(**problem)});
    } else {
      ++outcome.skipped;
    }
  }
  return outcome;
}

}  // namespace

Result<std::unique_ptr<SqliteUserStore>, std::string> SqliteUserStore::open(std::string path, Missing missing) {
  const auto failed = [&](const std::string& why) {
    return std::unexpected("cannot open the user store " + path + ": " + why);
  };
  if (!SqliteConnection::file_id(path)) {
    if (missing == Missing::refuse) return failed("no such file; `bearward user add` makes it");
    if (!make_file(path)) return failed(std::strerror(errno));
  }
  auto connection = SqliteConnection::open(path, SqliteConnection::Access::read_write);
  if (!connection) return failed(connection.error());
  if (Result<void, std::string> ready = prepare_user_schema(**connection); !ready) return failed(ready.error());
  std::unique_ptr<SqliteUserStore> store(new SqliteUserStore(std::move(path)));
  store->give_back(std::move(*connection));
  return store;
}

SqliteUserStore::SqliteUserStore(std::string path) : path_(std::move(path)) {}
SqliteUserStore::~SqliteUserStore() = default;

// Runs `work` on a connection of its own. What fails is remembered for the log, and the connection is
// closed: the next one sees a file that was repaired or replaced.
template <class Work>
auto SqliteUserStore::with_connection(Work work) {
  using Value = typename decltype(work(std::declval<SqliteConnection&>()))::value_type;
  std::unique_ptr<SqliteConnection> connection = borrow();
  if (!connection) return Result<Value, StoreError>{std::unexpected(StoreError::unavailable)};
  Result<Value, Fault> done = work(*connection);
  if (!done && done.error().error == StoreError::unavailable) {
    const std::lock_guard lock(mutex_);
    failure_ = done.error().why;
  } else {
    give_back(std::move(connection));
  }
  if (!done) return Result<Value, StoreError>{std::unexpected(done.error().error)};
  if constexpr (std::is_void_v<Value>) {
    return Result<Value, StoreError>{};
  } else {
    return Result<Value, StoreError>{std::move(*done)};
  }
}

// The same in a transaction that is committed if `work` has a value.
template <class Work>
auto SqliteUserStore::change(Work work) {
  // SQLite's own lock is polled with ever longer pauses, so that of many writers one may wait in vain.
  const std::lock_guard one_writer(writing_);
  auto done = with_connection([&](SqliteConnection& connection) {
    using Done = decltype(work(connection));
    if (!connection.execute("BEGIN IMMEDIATE")) return Done{std::unexpected(fault_of(connection))};
    Done result = work(connection);
    if (result && !connection.execute("COMMIT")) result = std::unexpected(fault_of(connection));
    connection.roll_back();
    return result;
  });
  // SQLite writes a commit to the file before other connections can read it. This event comes after, so
  // that a ChangeWatch that looks when it is woken sees the change.
  if (done) ::utimensat(AT_FDCWD, path_.c_str(), nullptr, 0);
  return done;
}

Result<std::optional<StoredUser>, StoreError> SqliteUserStore::find(std::string_view username) {
  return with_connection([&](SqliteConnection& connection) { return read_stored(connection, username); });
}

Result<UserState, StoreError> SqliteUserStore::look_up(std::string_view username) {
  return with_connection([&](SqliteConnection& connection) { return read_state(connection, username); });
}

Result<std::vector<User>, StoreError> SqliteUserStore::list() {
  return with_connection([](SqliteConnection& connection) { return read_all(connection); });
}

Result<User, StoreError> SqliteUserStore::add(const StoredUser& user) {
  return change([&](SqliteConnection& connection) -> Result<User, Fault> {
    if (Result<void, Fault> inserted = insert_new(connection, user); !inserted)
      return std::unexpected(std::move(inserted.error()));
    return require_user(connection, user.user.username);
  });
}

Result<ImportOutcome, StoreError> SqliteUserStore::import(std::span<const StoredUser> users, Existing existing,
                                                          bool dry_run) {
  const std::lock_guard one_writer(writing_);
  auto done = with_connection([&](SqliteConnection& connection) -> Result<ImportOutcome, Fault> {
    if (!connection.execute("BEGIN IMMEDIATE")) return std::unexpected(fault_of(connection));
    Result<ImportOutcome, Fault> outcome = import_rows(connection, users, existing);
    if (outcome && outcome->problems.empty() && !dry_run && !connection.execute("COMMIT"))
      outcome = std::unexpected(fault_of(connection));
    connection.roll_back();
    return outcome;
  });
  if (done) ::utimensat(AT_FDCWD, path_.c_str(), nullptr, 0);
  return done;
}

Result<User, StoreError> SqliteUserStore::update(std::string_view username,
                                                 const std::function<void(StoredUser&)>& edit) {
  return change([&](SqliteConnection& connection) -> Result<User, Fault> {
    Result<StoredUser, Fault> before = require_stored(connection, username);
    if (!before) return std::unexpected(std::move(before.error()));
    StoredUser after = *before;
    edit(after);
    after.user.username = before->user.username;
    if (after.user == before->user && after.password_hash == before->password_hash) return before->user;
    if (Result<void, Fault> written = rewrite(connection, username, after); !written)
      return std::unexpected(std::move(written.error()));
    return require_user(connection, username);
  });
}

Result<void, StoreError> SqliteUserStore::remove(std::string_view username) {
  return change([&](SqliteConnection& connection) -> Result<void, Fault> {
    if (Result<StoredUser, Fault> found = require_stored(connection, username);
        !found && found.error().error == StoreError::not_found)
      return std::unexpected(std::move(found.error()));  // a row that cannot be read can still be deleted
    SqliteStatement statement = connection.statement(delete_row);
    if (statement.bind(username).step() != Step::done) return std::unexpected(fault_of(connection));
    return {};
  });
}

Result<void, StoreError> SqliteUserStore::revoke_token(std::string_view subject, std::string_view id,
                                                       UnixTime expires_at) {
  return change([&](SqliteConnection& connection) -> Result<void, Fault> {
    if (!store::revoke_token(connection, subject, id, expires_at)) return std::unexpected(fault_of(connection));
    return {};
  });
}

Result<void, StoreError> SqliteUserStore::revoke_all_tokens(std::string_view subject) {
  return change([&](SqliteConnection& connection) -> Result<void, Fault> {
    if (!identity::is_client_subject(subject)) {
      if (Result<User, Fault> found = require_user(connection, subject); !found)
        return std::unexpected(std::move(found.error()));
    }
    if (!store::revoke_all_tokens(connection, subject)) return std::unexpected(fault_of(connection));
    return {};
  });
}

Result<std::optional<std::string>, StoreError> SqliteUserStore::decoy_kind(std::string_view username) {
  using Kind = std::optional<std::string>;
  return with_connection([&](SqliteConnection& connection) -> Result<Kind, Fault> {
    const std::optional<PasswordKinds> kinds = read_password_kinds(connection);
    if (!kinds) return std::unexpected(fault_of(connection));
    if (kinds->key.empty()) return std::unexpected(Fault{StoreError::unavailable, "the table login_decoy has no row"});
    return choose_decoy_kind(kinds->key, username, kinds->counts);
  });
}

Result<UserChangeList, StoreError> SqliteUserStore::changes_since(std::int64_t revision, std::size_t limit) {
  return with_connection([&](SqliteConnection& connection) -> Result<UserChangeList, Fault> {
    UserChangeList changes{.usernames = {}, .revision = revision, .more = false};
    SqliteStatement statement = connection.statement(select_changes);
    statement.bind(revision).bind(static_cast<std::int64_t>(limit));
    while (true) {
      const Step step = statement.step();
      if (step == Step::failed) return std::unexpected(fault_of(connection));
      if (step == Step::done) break;
      changes.usernames.push_back(statement.text(0));
      changes.revision = statement.integer(1);
    }
    changes.more = changes.usernames.size() >= limit;
    return changes;
  });
}

Result<std::int64_t, StoreError> SqliteUserStore::revision_at(UnixTime moment) {
  return with_connection([&](SqliteConnection& connection) -> Result<std::int64_t, Fault> {
    SqliteStatement statement = connection.statement(select_revision_at);
    switch (statement.bind(std::int64_t{moment.time_since_epoch().count()}).step()) {
      case Step::row:
        return statement.integer(0);
      case Step::done:
        return 0;
      case Step::failed:
        break;
    }
    return std::unexpected(fault_of(connection));
  });
}

std::string SqliteUserStore::last_failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::unique_ptr<SqliteConnection> SqliteUserStore::borrow() {
  const std::optional<SqliteConnection::FileId> file = SqliteConnection::file_id(path_);
  {
    const std::lock_guard lock(mutex_);
    while (!idle_.empty()) {
      std::unique_ptr<SqliteConnection> connection = std::move(idle_.back());
      idle_.pop_back();
      if (file && connection->file() == *file) return connection;
    }
  }
  auto opened = SqliteConnection::open(path_, SqliteConnection::Access::read_write);
  if (opened && has_user_schema(**opened)) return std::move(*opened);
  const std::lock_guard lock(mutex_);
  failure_ = opened ? "its tables are not this version's" : opened.error();
  return nullptr;
}

void SqliteUserStore::give_back(std::unique_ptr<SqliteConnection> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < max_idle) idle_.push_back(std::move(connection));
}

}  // namespace bearward::store
