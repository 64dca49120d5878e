#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bearward::crypto {

/// What decides how long verifying a stored hash takes: its scheme and its parameters, as its text begins.
/// `$2b$12$` (for `$2a$` and `$2y$` too), `$argon2id$v=19$m=19456,t=2,p=1$`, `$7$CU..../....`, `$y$j9T$`.
/// nullopt for a text that verify_password would refuse without computing anything.
std::optional<std::string> password_kind(std::string_view stored);

/// A whole hash of that kind, of a password that nobody knows: it takes as long as a real one. nullopt
/// when `kind` is not what password_kind gives.
std::optional<std::string> decoy_of_kind(std::string_view kind);

}  // namespace bearward::crypto
