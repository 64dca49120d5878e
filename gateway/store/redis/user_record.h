#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/user_store.h"

namespace bearward::store {

/// The issuer under which our own store's users are kept.
inline constexpr std::string_view own_users;

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// What Redis keeps of a name. A record without a user is a tombstone: it keeps a reader that began
/// before a deletion from bringing the user back.
struct UserRecord {
  UserState state;
  WallTime read_at{};  // when the store said so; its age is counted from here, on every node
};

/// `bearward:user:local:NAME`; `bearward:user:@ISSUER:NAME` for a trusted issuer's user. Every byte that is not
/// a letter, digit or one of `-._~@` is %XX, so that two users never share a key.
std::string record_key(std::string_view issuer, std::string_view username);

std::string encode_record(std::string_view username, const UserRecord& record);
/// Strict: nullopt (a miss) for whatever `encode_record` could not have written for this user, and over 64 KiB.
std::optional<UserRecord> decode_record(std::string_view text, std::string_view username);

/// Channels are shared by all databases of a server, keys are not: the number keeps them apart.
std::string change_channel(int database);
/// What is published when a user changes.
std::string change_message(std::string_view issuer, std::string_view username);
/// Issuer and name; nullopt for anything else.
std::optional<std::pair<std::string, std::string>> parse_change_message(std::string_view message);

/// A reader offers what it read from the store: kept unless Redis has a newer version.
std::vector<std::string> offer_command(std::string_view issuer, std::string_view username, const UserRecord& record,
                                       std::chrono::milliseconds ttl);

enum class Publish { always, when_newer };
/// A writer's record, and word of it to every process, in one step: kept unless Redis has a newer version,
/// published always, or only when Redis did not have this version.
std::vector<std::string> announce_command(std::string_view issuer, std::string_view username, const UserRecord& record,
                                          std::chrono::milliseconds ttl, int database, Publish publish);

}  // namespace bearward::store
