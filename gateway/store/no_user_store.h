#pragma once

#include "store/refresh_store.h"
#include "store/user_store.h"

namespace bearward::store {

/// Of a gateway whose configuration has no `users`, since every route is public: there is nobody, and nobody can
/// be added.
class NoUserStore final : public UserStore {
 public:
  Result<std::optional<StoredUser>, StoreError> find(std::string_view) override { return std::nullopt; }
  Result<UserState, StoreError> look_up(std::string_view) override { return UserState{}; }
  Result<std::vector<identity::User>, StoreError> list() override { return std::vector<identity::User>{}; }
  Result<identity::User, StoreError> add(const StoredUser&) override { return unavailable(); }
  Result<identity::User, StoreError> update(std::string_view, const std::function<void(StoredUser&)>&) override {
    return std::unexpected(StoreError::not_found);
  }
  Result<void, StoreError> remove(std::string_view) override { return std::unexpected(StoreError::not_found); }
  Result<void, StoreError> revoke_token(std::string_view, std::string_view, UnixTime) override { return unavailable(); }
  Result<void, StoreError> revoke_all_tokens(std::string_view) override {
    return std::unexpected(StoreError::not_found);
  }
  Result<std::optional<std::string>, StoreError> decoy_kind(std::string_view) override { return std::nullopt; }
  Result<UserChangeList, StoreError> changes_since(std::int64_t revision, std::size_t) override {
    return UserChangeList{.usernames = {}, .revision = revision, .more = false};
  }
  Result<std::int64_t, StoreError> revision_at(UnixTime) override { return 0; }
  std::string last_failure() const override { return "no user store is configured"; }

 private:
  static std::unexpected<StoreError> unavailable() { return std::unexpected(StoreError::unavailable); }
};

/// The same for refresh tokens: none was ever issued.
class NoRefreshStore final : public RefreshStore {
 public:
  Result<Secret, StoreError> start(const RefreshFamily&, UnixMilliseconds, std::chrono::seconds) override {
    return std::unexpected(StoreError::unavailable);
  }
  Result<std::optional<RefreshTokenState>, StoreError> find(std::string_view) override { return std::nullopt; }
  Result<Secret, RenewalError> renew(std::string_view, UnixMilliseconds, std::chrono::seconds,
                                     std::chrono::milliseconds) override {
    return std::unexpected(RenewalError::unknown);
  }
  Result<bool, StoreError> end(std::string_view) override { return false; }
  std::string last_failure() const override { return "no user store is configured"; }
};

}  // namespace bearward::store
