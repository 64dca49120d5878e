#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/user_store.h"

namespace bearward::store {

class SqliteConnection;

/// Users in a SQLite file. Any number of threads and processes may use one file; each calling thread
/// gets a connection of its own. A change is on the disk when the call returns, and has raised an
/// inotify event after it became readable (ChangeWatch).
class SqliteUserStore final : public UserStore {
 public:
  enum class Missing { create, refuse };

  /// Opens `path`, brings its tables up to this version's and, where allowed, makes a missing file with
  /// mode 0600. The error says in a sentence why not.
  static Result<std::unique_ptr<SqliteUserStore>, std::string> open(std::string path,
                                                                    Missing missing = Missing::create);
  ~SqliteUserStore() override;

  Result<std::optional<StoredUser>, StoreError> find(std::string_view username) override;
  Result<UserState, StoreError> look_up(std::string_view username) override;
  Result<std::vector<identity::User>, StoreError> list() override;
  Result<identity::User, StoreError> add(const StoredUser& user) override;
  Result<identity::User, StoreError> update(std::string_view username,
                                            const std::function<void(StoredUser&)>& change) override;
  Result<void, StoreError> remove(std::string_view username) override;
  Result<void, StoreError> revoke_token(std::string_view subject, std::string_view id, UnixTime expires_at) override;
  Result<void, StoreError> revoke_all_tokens(std::string_view subject) override;
  Result<std::optional<std::string>, StoreError> decoy_kind(std::string_view username) override;
  Result<UserChangeList, StoreError> changes_since(std::int64_t revision, std::size_t limit) override;
  Result<std::int64_t, StoreError> revision_at(UnixTime moment) override;
  std::string last_failure() const override;

 private:
  explicit SqliteUserStore(std::string path);

  template <class Work>
  auto with_connection(Work work);
  template <class Work>
  auto change(Work work);
  std::unique_ptr<SqliteConnection> borrow();
  void give_back(std::unique_ptr<SqliteConnection> connection);

  std::string path_;
  std::mutex writing_;        // held through a change
  mutable std::mutex mutex_;  // guards what follows
  std::vector<std::unique_ptr<SqliteConnection>> idle_;
  std::string failure_;
};

}  // namespace bearward::store
