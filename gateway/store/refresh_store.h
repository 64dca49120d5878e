#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "identity/scope.h"
#include "store/user_store.h"

namespace bearward::store {

/// One login that refresh tokens keep alive: each use of one ends it and makes the next.
struct RefreshFamily {
  std::string id;  // no secret: `sid` of the access tokens that come from it
  std::string username;
  std::string client_id;    // of the registered client that it is bound to; empty: of none
  identity::Scopes scopes;  // granted at the login; a renewal may ask for less
};

/// A refresh token that is known, good or not.
struct RefreshTokenState {
  RefreshFamily family;
  UnixMilliseconds issued_at{};
  UnixTime expires_at{};
  std::optional<UnixMilliseconds> used_at;  // its first use
};

/// Not used before, or within its grace. Callers of one token take the time before they wait for one another:
/// `now` may be earlier than the first use.
inline bool may_use(const RefreshTokenState& token, UnixMilliseconds now, std::chrono::milliseconds grace) {
  return !token.used_at || std::chrono::abs(now - *token.used_at) < grace;
}

enum class RenewalError : std::uint8_t {
  unavailable,  // the store cannot be written: nothing was granted, the token is as good as before
  unknown,      // never issued, expired, or of a family that has ended
  reused,       // it was used before: somebody else has it too, and its family has been ended for that
};

/// How many logins of one user are kept alive; one more ends the one that was not renewed for the longest time.
inline constexpr std::size_t max_families_of_user = 100;
/// Used tokens that are remembered of one login. An older one is `unknown` and ends nothing.
inline constexpr std::size_t max_tokens_of_family = 500;
/// What a refresh token is long; nothing else is looked up.
inline constexpr std::size_t refresh_token_bytes = 43;

/// Where refresh tokens live (RFC 6749 §1.5, §6; RFC 9700 §4.14): opaque, 256 random bits, of which only a
/// SHA-256 is kept. A user who is deleted, or whose name passes to somebody else, takes all logins along, in
/// the transaction that does it. Thread-safe. Calls block, and wait for one another: run them on the writing
/// pool, or in a command.
class RefreshStore {
 public:
  virtual ~RefreshStore() = default;

  /// The first token of a login, whose `id` nobody else has. `now` is when the login began: it counts as issued
  /// then, so that a user's tokens_not_before, set while the password was checked, is later.
  virtual Result<Secret, StoreError> start(const RefreshFamily& family, UnixMilliseconds now,
                                           std::chrono::seconds ttl) = 0;
  /// nullopt: `unknown`, as far as it does not depend on the time.
  virtual Result<std::optional<RefreshTokenState>, StoreError> find(std::string_view token) = 0;
  /// Uses `token` and gives the next one, which expires `ttl` later, in one transaction: of any number of
  /// parallel uses, in any number of processes, one succeeds. A used token may be used again until `grace`
  /// after its first use: the token that it was exchanged for is then taken for lost, and becomes a used one.
  virtual Result<Secret, RenewalError> renew(std::string_view token, UnixMilliseconds now, std::chrono::seconds ttl,
                                             std::chrono::milliseconds grace) = 0;
  /// Ends a login: its tokens are `unknown`. False: there was none of that id.
  virtual Result<bool, StoreError> end(std::string_view family_id) = 0;
  /// Why the last call failed, for the log.
  virtual std::string last_failure() const = 0;
};

}  // namespace bearward::store
