#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/secret.h"
#include "config/place.h"
#include "identity/scope.h"

namespace bearward::config {

enum class PasswordHash { argon2id, bcrypt };

/// By role: what a login of a user who has it may ask for.
using RoleScopes = std::map<std::string, identity::Scopes, std::less<>>;

struct RedisServer {
  std::string host;
  std::uint16_t port = 6379;
  int database = 0;
  std::string username;
  Secret password;
  Place place;
};

struct Users {
  std::string sqlite_path;                     // `store: sqlite:FILE`, absolute
  std::optional<RedisServer> redis;            // `cache.redis`; absent: the process cache alone
  std::chrono::milliseconds ttl{60'000};       // how long Redis keeps a record
  std::chrono::milliseconds local_ttl{5'000};  // how long a process trusts its own copy while invalidations arrive
  RoleScopes role_scopes;
  PasswordHash password_hash = PasswordHash::argon2id;
  Place place;
};

}  // namespace bearward::config
