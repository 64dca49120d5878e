#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "config/users.h"
#include "crypto/password_hash.h"
#include "identity/user.h"
#include "store/user_store.h"

namespace bearward::endpoint {

enum class LoginError : std::uint8_t {
  refused,      // unknown, disabled, without a password, or a wrong password: nobody is told which
  unavailable,  // the store cannot be read
};

/// What new hashes are made with, as the configuration has it.
crypto::PasswordScheme to_scheme(config::PasswordHash hash);

/// Whether `password` opens the account of `username`. Whoever the user is, and whether there is one, the
/// same questions are put to the store and one password hash is computed, so that the time taken does not
/// tell. After the right password a hash that is weaker than new ones is replaced, which takes one hash
/// more, once. Blocks for as long as a hash takes: on the hashing pool only.
Result<identity::User, LoginError> log_in(store::UserStore& users, std::string_view username, const Secret& password,
                                          config::PasswordHash new_hashes);

}  // namespace bearward::endpoint
