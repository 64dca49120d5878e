#include "store/import/user_mapping.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <utility>

#include "crypto/password_kind.h"
#include "store/user_rules.h"

namespace bearward::store {
namespace {

struct Known {
  std::string_view column;
  std::string_view field;
};

constexpr std::array known_columns{Known{"username", "username"},           Known{"email", "email"},
                                   Known{"full_name", "full_name"},         Known{"hashed_password", "password_hash"},
                                   Known{"password_hash", "password_hash"}, Known{"disabled", "disabled"},
                                   Known{"is_active", "is_active"},         Known{"roles", "roles"}};

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return small;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string small = in_small_letters(trimmed(text));
  for (const std::string_view word : {"1", "true", "t", "yes", "y", "on"})
    if (small == word) return true;
  for (const std::string_view word : {"0", "false", "f", "no", "n", "off"})
    if (small == word) return false;
  return std::nullopt;
}

/// A JSON list of texts, PostgreSQL's `{a,b}`, or names with commas between; nullopt: none of them.
std::optional<std::vector<std::string>> parse_roles(std::string_view text) {
  text = trimmed(text);
  std::vector<std::string> roles;
  if (text.starts_with('[')) {
    error_code error;
    const boost::json::value list = boost::json::parse(text, error);
    if (error || !list.is_array()) return std::nullopt;
    for (const boost::json::value& role : list.get_array()) {
      if (!role.is_string()) return std::nullopt;
      roles.emplace_back(role.get_string());
    }
    return roles;
  }
  if (text.starts_with('{') && text.ends_with('}')) text = text.substr(1, text.size() - 2);
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (const std::string_view role = trimmed(text.substr(0, comma)); !role.empty()) roles.emplace_back(role);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return roles;
}

std::optional<std::string> problem_of_roles(const std::vector<std::string>& roles) {
  if (roles.size() > max_roles) return "there are more than " + std::to_string(max_roles) + " roles";
  for (const std::string& role : roles)
    if (const auto problem = problem_of_role(role)) return "a role " + *problem;
  return std::nullopt;
}

std::optional<std::string> problem_of_hash(std::string_view hash) {
  // A locked hash, as usermod and Django write it: nobody can log in, and it is kept for who unlocks it.
  if (hash.empty() || hash.starts_with('!') || crypto::password_kind(hash)) return std::nullopt;
  return "the password hash is of no kind that can be verified (argon2id, bcrypt, scrypt, yescrypt); import the user "
         "with an empty hash and give a new password";
}

}  // namespace

Result<UserMapping, std::string> UserMapping::make(const std::vector<std::string>& columns,
                                                   const std::map<std::string, std::string>& renamed) {
  UserMapping mapping;
  for (const auto& [column, field] : renamed) {
    if (std::ranges::find(columns, column) == columns.end())
      return std::unexpected("there is no column \"" + column + "\"");
    if (!field.empty() && std::ranges::find(known_columns, field, &Known::column) == known_columns.end())
      return std::unexpected("\"" + field +
                             "\" is no field of a user; use username, email, full_name, password_hash, "
                             "disabled, is_active or roles");
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto given = renamed.find(columns[i]);
    const std::string name = given == renamed.end() ? in_small_letters(trimmed(columns[i])) : given->second;
    const auto known = std::ranges::find(known_columns, name, &Known::column);
    if (known == known_columns.end()) {
      mapping.ignored_.push_back(columns[i]);
    } else if (!mapping.column_of_.emplace(known->field, i).second) {
      return std::unexpected("two columns are the " + std::string(known->field) +
                             " of a user; name one that is not with "
                             "--map COLUMN=");
    }
  }
  if (!mapping.column_of_.contains("username"))
    return std::unexpected("no column is the username; say which is with --map COLUMN=username");
  if (mapping.column_of_.contains("disabled") && mapping.column_of_.contains("is_active"))
    return std::unexpected("there is a column for disabled and one for is_active; leave one out with --map COLUMN=");
  return mapping;
}

std::optional<std::string_view> UserMapping::cell(const UserTable::Row& row, std::string_view field) const {
  const auto found = column_of_.find(field);
  if (found == column_of_.end() || !row.cells[found->second]) return std::nullopt;
  return *row.cells[found->second];
}

Result<StoredUser, std::string> UserMapping::read(const UserTable::Row& row) const {
  StoredUser stored;
  identity::User& user = stored.user;
  user.username = cell(row, "username").value_or("");
  user.email = cell(row, "email").value_or("");
  user.full_name = cell(row, "full_name").value_or("");
  stored.password_hash = cell(row, "password_hash").value_or("");
  if (const auto problem = problem_of_username(user.username)) return std::unexpected("the username " + *problem);
  if (const auto problem = problem_of_email(user.email)) return std::unexpected("the email " + *problem);
  if (const auto problem = problem_of_full_name(user.full_name)) return std::unexpected("the full name " + *problem);
  if (auto problem = problem_of_hash(stored.password_hash)) return std::unexpected(std::move(*problem));
  // NULL in `disabled` is what FastAPI's tutorial has for nobody said so; NULL in `is_active` may mean either.
  if (const auto disabled = cell(row, "disabled"); disabled && !disabled->empty()) {
    const auto value = parse_boolean(*disabled);
    if (!value) return std::unexpected("disabled is neither true nor false");
    user.disabled = *value;
  }
  if (column_of_.contains("is_active")) {
    const auto value = parse_boolean(cell(row, "is_active").value_or(""));
    if (!value) return std::unexpected("is_active is neither true nor false");
    user.disabled = !*value;
  }
  auto roles = parse_roles(cell(row, "roles").value_or(""));
  if (!roles) return std::unexpected("the roles are no list; write a,b or [\"a\",\"b\"]");
  if (auto problem = problem_of_roles(*roles)) return std::unexpected(std::move(*problem));
  user.roles = std::move(*roles);
  return stored;
}

}  // namespace bearward::store
