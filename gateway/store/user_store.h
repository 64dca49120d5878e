#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "identity/user.h"

namespace bearward::store {

enum class StoreError {
  unavailable,     // cannot be reached or read now: the caller answers 503, never lets in
  already_exists,  // username or email is taken
  not_found,
};

/// A user with the hash of the password: read at login only, never cached.
struct StoredUser {
  identity::User user;
  std::string password_hash;  // crypt(3) or PHC string; empty: no password opens this account
};

/// What is true of a name at one moment: the user, or that there is none.
struct UserState {
  std::optional<identity::User> user;
  /// The user's version; without a user the store's revision at that moment. Of two states of one
  /// name the one with the higher version is the later one.
  std::int64_t version = 0;
};

/// Names that were added, changed or deleted, in the order of their last change.
struct UserChangeList {
  std::vector<std::string> usernames;
  std::int64_t revision = 0;  // the last of these changes; ask on from here
  bool more = false;          // the limit cut the list
};

/// Revoked ids kept of one user or client, and bytes of one; what is more or longer revokes all that the
/// subject was issued so far instead, so that the record stays small.
inline constexpr std::size_t max_revoked_ids = 256, max_revoked_id_bytes = 64;

/// Where users live. Calls block: they run on a BlockingPool, or in a command. Thread-safe.
/// Every change gives the row the store's next revision as its `version`: also when the user was
/// deleted and added again, versions only grow.
class UserStore {
 public:
  virtual ~UserStore() = default;

  virtual Result<std::optional<StoredUser>, StoreError> find(std::string_view username) = 0;
  /// What requests need of a user, without the password's hash. `client:ID` (identity::client_subject) always
  /// has a record, that of a client that acts for itself: what was revoked of its tokens.
  virtual Result<UserState, StoreError> look_up(std::string_view username) = 0;
  virtual Result<std::vector<identity::User>, StoreError> list() = 0;
  /// A name that was in use before gets tokens_not_before: tokens of who had it do not come back to life.
  virtual Result<identity::User, StoreError> add(const StoredUser& user) = 0;
  /// Reads the row, lets `change` edit it, writes it back in one transaction; `username` stays.
  virtual Result<identity::User, StoreError> update(std::string_view username,
                                                    const std::function<void(StoredUser&)>& change) = 0;
  virtual Result<void, StoreError> remove(std::string_view username) = 0;
  /// Refuses from now on the token of a user or `client:ID` whose `jti`, or every one whose `sid`, is `id`.
  /// `expires_at` is when the last of them expires; it is forgotten some time after. No such user: good too.
  virtual Result<void, StoreError> revoke_token(std::string_view subject, std::string_view id, UnixTime expires_at) = 0;
  /// Refuses every token that the subject was issued before now. `not_found` for a user who is not there.
  virtual Result<void, StoreError> revoke_all_tokens(std::string_view subject) = 0;
  /// The kind of hash (crypto::password_kind) that a login as `username` is compared with where no real one
  /// is: see choose_decoy_kind. nullopt when nobody has a password.
  virtual Result<std::optional<std::string>, StoreError> decoy_kind(std::string_view username) = 0;
  /// At most `limit` names that changed after `revision`, whoever changed them.
  virtual Result<UserChangeList, StoreError> changes_since(std::int64_t revision, std::size_t limit) = 0;
  /// The revision that the store had when `moment` began; 0 before the first change.
  virtual Result<std::int64_t, StoreError> revision_at(UnixTime moment) = 0;
  /// What made the last call `unavailable`, for the log: never a value of a row other than its name.
  virtual std::string last_failure() const = 0;
};

}  // namespace bearward::store
