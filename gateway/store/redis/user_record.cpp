#include "store/redis/user_record.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace bearward::store {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t max_record_bytes = 64 * 1024;
constexpr std::size_t max_encoded_name_bytes = 4 * 1024;

// The version is the record's first member, where the script finds it without a JSON parser. A key that
// holds something else, another type even, is simply overwritten. Answers whether the record was newer.
constexpr const char* keep_newest = R"lua(
local found = redis.pcall('GET', KEYS[1])
local held = type(found) == 'string' and tonumber(string.match(found, '^{"version":(%d+)[,}]')) or -1
local offered = tonumber(ARGV[1])
if held <= offered then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
if ARGV[4] and (held < offered or ARGV[6] == 'always') then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
return held < offered and 1 or 0
)lua";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~@").find(c) != std::string_view::npos;
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_plain(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Only what append_encoded writes: one spelling a name.
std::optional<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_plain(text[i])) {
      out.push_back(text[i]);
      continue;
    }
    if (text[i] != '%' || i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const char byte = static_cast<char>(high * 16 + low);
    if (is_plain(byte)) return std::nullopt;
    out.push_back(byte);
    i += 2;
  }
  return out;
}

// An issuer never reads as "local": it begins with an @.
std::string name_of(std::string_view issuer, std::string_view username) {
  std::string name = issuer.empty() ? "local" : "@";
  append_encoded(name, issuer);
  name.push_back(':');
  append_encoded(name, username);
  return name;
}

std::optional<std::string> string_in(const boost::json::object& json, std::string_view key) {
  const boost::json::value* value = json.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string{value->get_string()};
}

std::optional<std::int64_t> integer_in(const boost::json::object& json, std::string_view key) {
  const boost::json::value* value = json.if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<std::vector<std::string>> strings_in(const boost::json::object& json, std::string_view key) {
  const boost::json::value* value = json.if_contains(key);
  if (value == nullptr || !value->is_array()) return std::nullopt;
  std::vector<std::string> strings;
  for (const boost::json::value& element : value->get_array()) {
    if (!element.is_string()) return std::nullopt;
    strings.emplace_back(element.get_string());
  }
  return strings;
}

std::optional<identity::User> user_in(const boost::json::object& json) {
  std::optional<std::string> username = string_in(json, "username"), email = string_in(json, "email"),
                             full_name = string_in(json, "full_name");
  std::optional<std::vector<std::string>> roles = strings_in(json, "roles");
  std::optional<std::vector<std::string>> revoked = strings_in(json, "revoked");
  const std::optional<std::int64_t> not_before = integer_in(json, "tokens_not_before_ms");
  const boost::json::value* disabled = json.if_contains("disabled");
  if (!username || !email || !full_name || !roles || !not_before || !revoked) return std::nullopt;
  // Sorted and none twice, as a search in it takes for granted.
  if (std::ranges::adjacent_find(*revoked, std::ranges::greater_equal{}) != revoked->end()) return std::nullopt;
  if (disabled == nullptr || !disabled->is_bool()) return std::nullopt;
  return identity::User{.username = std::move(*username),
                        .email = std::move(*email),
                        .full_name = std::move(*full_name),
                        .roles = std::move(*roles),
                        .disabled = disabled->get_bool(),
                        .tokens_not_before = UnixMilliseconds{milliseconds{*not_before}},
                        .revoked = std::move(*revoked),
                        .version = 0};
}

std::vector<std::string> script_command(std::string_view issuer, std::string_view username, const UserRecord& record,
                                        milliseconds ttl) {
  return {"EVAL",
          keep_newest,
          "1",
          record_key(issuer, username),
          std::to_string(record.state.version),
          encode_record(username, record),
          std::to_string(ttl.count())};
}

}  // namespace

std::string record_key(std::string_view issuer, std::string_view username) {
  return "bearward:user:" + name_of(issuer, username);
}

std::string encode_record(std::string_view username, const UserRecord& record) {
  boost::json::object json;
  json["version"] = record.state.version;  // first: see keep_newest
  json["read_at"] = std::int64_t{record.read_at.time_since_epoch().count()};
  json["username"] = username;
  if (record.state.user) {
    const identity::User& user = *record.state.user;
    json["email"] = user.email;
    json["full_name"] = user.full_name;
    json["roles"] = boost::json::array(user.roles.begin(), user.roles.end());
    json["disabled"] = user.disabled;
    json["tokens_not_before_ms"] = std::int64_t{user.tokens_not_before.time_since_epoch().count()};
    json["revoked"] = boost::json::array(user.revoked.begin(), user.revoked.end());
  } else {
    json["deleted"] = true;
  }
  return boost::json::serialize(json);
}

std::optional<UserRecord> decode_record(std::string_view text, std::string_view username) {
  constexpr std::size_t members_of_user = 9, members_of_tombstone = 4;
  if (text.size() > max_record_bytes) return std::nullopt;
  error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  const boost::json::object& json = value.get_object();
  const std::optional<std::int64_t> version = integer_in(json, "version"), read_at = integer_in(json, "read_at");
  if (!version || *version < 0 || !read_at || string_in(json, "username") != username) return std::nullopt;
  UserRecord record{.state = {std::nullopt, *version}, .read_at = WallTime{milliseconds{*read_at}}};
  if (json.size() == members_of_tombstone) {
    const boost::json::value* deleted = json.if_contains("deleted");
    if (deleted == nullptr || *deleted != true) return std::nullopt;
    return record;
  }
  if (json.size() != members_of_user) return std::nullopt;
  record.state.user = user_in(json);
  if (!record.state.user) return std::nullopt;
  record.state.user->version = *version;
  return record;
}

std::string change_channel(int database) { return "bearward:changes:" + std::to_string(database); }

std::string change_message(std::string_view issuer, std::string_view username) { return name_of(issuer, username); }

std::optional<std::pair<std::string, std::string>> parse_change_message(std::string_view message) {
  const std::size_t colon = message.find(':');
  if (colon == std::string_view::npos || message.size() > max_encoded_name_bytes) return std::nullopt;
  const std::string_view issuer = message.substr(0, colon);
  const bool local = issuer == "local";
  if (!local && (issuer.size() < 2 || issuer[0] != '@')) return std::nullopt;
  std::optional<std::string> decoded = local ? std::string{} : decode(issuer.substr(1));
  std::optional<std::string> username = decode(message.substr(colon + 1));
  if (!decoded || !username || username->empty()) return std::nullopt;
  return std::pair{std::move(*decoded), std::move(*username)};
}

std::vector<std::string> offer_command(std::string_view issuer, std::string_view username, const UserRecord& record,
                                       milliseconds ttl) {
  return script_command(issuer, username, record, ttl);
}

std::vector<std::string> announce_command(std::string_view issuer, std::string_view username, const UserRecord& record,
                                          milliseconds ttl, int database, Publish publish) {
  std::vector<std::string> command = script_command(issuer, username, record, ttl);
  command.push_back(change_channel(database));
  command.push_back(change_message(issuer, username));
  command.push_back(publish == Publish::always ? "always" : "when_newer");
  return command;
}

}  // namespace bearward::store
