#pragma once

#include <string>
#include <string_view>

#include "config/users.h"

namespace bearward::admin {

/// What is shown in place of a secret.
inline constexpr std::string_view masked = "***";

/// redis://user:***@host:port/database. A user without a password is masked too: it may well be the password,
/// misplaced.
std::string without_password(const config::RedisServer& server);

/// A URL or a path with its query masked, which may hold a key.
std::string without_query(std::string_view text);

/// A template of an identity field with what stands around its variables masked, but for a single octet such as a
/// comma: a fixed text may be what upstreams know the gateway by.
std::string without_fixed_text(std::string_view text);

}  // namespace bearward::admin
