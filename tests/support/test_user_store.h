#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/sqlite/sqlite_user_store.h"
#include "support/temporary_directory.h"

namespace bearward::testing {

/// A real SQLite store in a folder of its own that counts what it is asked, and can be made to fail.
class TestUserStore final : public store::UserStore {
 public:
  template <class T>
  using Found = Result<T, store::StoreError>;

  std::vector<std::string> calls;  // read it while no other thread calls
  std::atomic<bool> failing = false;

  void put(std::string username, std::string password_hash, bool disabled = false) {
    store::StoredUser user;
    user.user.username = std::move(username);
    user.user.disabled = disabled;
    user.password_hash = std::move(password_hash);
    if (!store_->add(user)) throw std::runtime_error("cannot add a test user");
  }

  Found<std::optional<store::StoredUser>> find(std::string_view username) override {
    return call("find", [&] { return store_->find(username); });
  }
  Found<store::UserState> look_up(std::string_view username) override {
    return call("look_up", [&] { return store_->look_up(username); });
  }
  Found<std::vector<identity::User>> list() override {
    return call("list", [&] { return store_->list(); });
  }
  Found<identity::User> add(const store::StoredUser& user) override {
    return call("add", [&] { return store_->add(user); });
  }
  Found<identity::User> update(std::string_view username,
                               const std::function<void(store::StoredUser&)>& change) override {
    return call("update", [&] { return store_->update(username, change); });
  }
  Found<void> remove(std::string_view username) override {
    return call("remove", [&] { return store_->remove(username); });
  }
  Found<void> revoke_token(std::string_view subject, std::string_view id, UnixTime expires_at) override {
    return call("revoke_token", [&] { return store_->revoke_token(subject, id, expires_at); });
  }
  Found<void> revoke_all_tokens(std::string_view subject) override {
    return call("revoke_all_tokens", [&] { return store_->revoke_all_tokens(subject); });
  }
  Found<std::optional<std::string>> decoy_kind(std::string_view username) override {
    return call("decoy_kind", [&] { return store_->decoy_kind(username); });
  }
  Found<store::UserChangeList> changes_since(std::int64_t revision, std::size_t limit) override {
    return call("changes_since", [&] { return store_->changes_since(revision, limit); });
  }
  Found<std::int64_t> revision_at(UnixTime moment) override {
    return call("revision_at", [&] { return store_->revision_at(moment); });
  }
  std::string last_failure() const override { return "made to fail"; }

 private:
  template <class Call>
  auto call(const char* name, Call call) -> decltype(call()) {
    calls.emplace_back(name);
    if (failing) return std::unexpected(store::StoreError::unavailable);
    return call();
  }

  TemporaryDirectory directory_;
  std::unique_ptr<store::SqliteUserStore> store_ =
      std::move(store::SqliteUserStore::open(directory_.file("users.db")).value());
};

}  // namespace bearward::testing
