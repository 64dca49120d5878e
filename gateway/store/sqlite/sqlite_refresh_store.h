#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "store/refresh_store.h"

namespace bearward::store {

class SqliteConnection;

/// Refresh tokens in the user store's file, any number of processes at a time. What a call did is on the disk
/// when it returns.
class SqliteRefreshStore final : public RefreshStore {
 public:
  /// `path` is a user store that SqliteUserStore has opened. The error says in a sentence why not.
  static Result<std::unique_ptr<SqliteRefreshStore>, std::string> open(std::string path);
  ~SqliteRefreshStore() override;

  Result<Secret, StoreError> start(const RefreshFamily& family, UnixMilliseconds now,
                                   std::chrono::seconds ttl) override;
  Result<std::optional<RefreshTokenState>, StoreError> find(std::string_view token) override;
  Result<Secret, RenewalError> renew(std::string_view token, UnixMilliseconds now, std::chrono::seconds ttl,
                                     std::chrono::milliseconds grace) override;
  Result<bool, StoreError> end(std::string_view family_id) override;
  std::string last_failure() const override;

 private:
  explicit SqliteRefreshStore(std::string path);

  SqliteConnection* connect();
  std::unexpected<StoreError> failed();
  template <class Work>
  auto change(Work work);

  std::string path_;
  // SQLite has one writer at a time: calls of one process wait for one another here, where they wait in order.
  mutable std::mutex mutex_;
  std::unique_ptr<SqliteConnection> connection_;
  std::string failure_;
};

}  // namespace bearward::store
