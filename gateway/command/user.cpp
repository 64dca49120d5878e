#include "command/user.h"

#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>

#include "base/secret.h"
#include "command/open_store.h"
#include "command/user_import.h"
#include "crypto/password_hash.h"
#include "store/user_changes.h"
#include "store/user_rules.h"

namespace bearward::command {
namespace {

using identity::User;
using store::StoredUser;
using store::StoreError;

struct Options {
  std::string username;
  std::string email;
  std::string full_name;
  std::vector<std::string> roles;
  bool disabled = false;
  bool password_stdin = false;
  std::string format = "text";

  bool json() const { return format == "json"; }
};

boost::json::object to_json(const User& user) {
  return {{"username", user.username},
          {"email", user.email.empty() ? boost::json::value(nullptr) : boost::json::value(user.email)},
          {"full_name", user.full_name},
          {"roles", boost::json::array(user.roles.begin(), user.roles.end())},
          {"disabled", user.disabled},
          {"version", user.version}};
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ",") + text;
  return all;
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

void print_user(const User& user) {
  std::cout << "username:  " << user.username << "\nemail:     " << or_dash(user.email)
            << "\nfull name: " << or_dash(user.full_name) << "\nroles:     " << or_dash(joined(user.roles))
            << "\nstate:     " << (user.disabled ? "disabled" : "enabled") << '\n';
}

// One line a user, columns as wide as their longest value.
void print_table(const std::vector<User>& users) {
  std::vector<std::array<std::string, 5>> rows{{"USERNAME", "EMAIL", "ROLES", "STATE", "FULL NAME"}};
  for (const User& user : users)
    rows.push_back({user.username, or_dash(user.email), or_dash(joined(user.roles)),
                    user.disabled ? "disabled" : "enabled", or_dash(user.full_name)});
  std::array<std::size_t, 5> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      std::cout << row[i] << std::string(widths[i] - row[i].size() + 2, ' ');
    std::cout << row.back() << '\n';
  }
}

/// Tells all running gateways of a change that was made, then prints what was done.
int report(const OpenStore& store, const Options& options, const std::string& what, const User* user) {
  if (store::announce_now(store.settings, *store.users, options.username) == store::Announced::failed)
    std::cerr << "bearward: warning: Redis did not answer within 1s; a gateway that cannot see this change itself "
                 "may let the old state stand for up to "
              << store.settings.ttl.count() << "ms\n";
  if (options.json() && user != nullptr) {
    std::cout << boost::json::serialize(to_json(*user)) << '\n';
  } else if (options.json()) {
    std::cout << boost::json::serialize(boost::json::object{{"username", options.username}, {"deleted", true}}) << '\n';
  } else {
    std::cout << options.username << ' ' << what << '\n';
  }
  return done;
}

/// The first line of standard input without its end. One byte over the limit is enough to refuse it.
Secret read_password() {
  std::string line;
  char c = 0;
  while (line.size() <= crypto::max_password_bytes && ::read(STDIN_FILENO, &c, 1) == 1 && c != '\n') line.push_back(c);
  if (line.ends_with('\r')) line.pop_back();
  return Secret{std::move(line)};
}

std::optional<std::string> hash_from_stdin(config::PasswordHash kind) {
  const Secret password = read_password();
  if (const auto problem = store::problem_of_password(password.reveal())) {
    complain(could_not_run, "the password on standard input " + *problem);
    return std::nullopt;
  }
  const auto scheme =
      kind == config::PasswordHash::bcrypt ? crypto::PasswordScheme::bcrypt : crypto::PasswordScheme::argon2id;
  auto hash = crypto::hash_password(password.reveal(), scheme);
  if (!hash) {
    complain(could_not_run, std::string{crypto::to_string(hash.error())});
    return std::nullopt;
  }
  return std::move(*hash);
}

std::optional<std::string> problem_of(const Options& options) {
  if (const auto problem = store::problem_of_username(options.username)) return "the username " + *problem;
  if (const auto problem = store::problem_of_email(options.email)) return "the email " + *problem;
  if (const auto problem = store::problem_of_full_name(options.full_name)) return "the full name " + *problem;
  if (options.roles.size() > store::max_roles)
    return "there are more than " + std::to_string(store::max_roles) + " roles";
  for (const std::string& role : options.roles)
    if (const auto problem = store::problem_of_role(role)) return "a role " + *problem;
  return std::nullopt;
}

int add(const std::string& config_file, const Options& options) {
  if (const auto problem = problem_of(options)) return complain(could_not_run, *problem);
  const std::optional<OpenStore> store = open_store(config_file, store::SqliteUserStore::Missing::create);
  if (!store) return could_not_run;
  if (store->clients.has(options.username))
    return complain(answer_is_no,
                    "\"" + options.username + "\" is the id of a client in clients.registered; choose another name");
  StoredUser user;
  user.user.username = options.username;
  user.user.email = options.email;
  user.user.full_name = options.full_name;
  user.user.roles = options.roles;
  user.user.disabled = options.disabled;
  if (options.password_stdin) {
    std::optional<std::string> hash = hash_from_stdin(store->settings.password_hash);
    if (!hash) return could_not_run;
    user.password_hash = std::move(*hash);
  }
  const Result<User, StoreError> added = store->users->add(user);
  if (!added) return complain_of_store(*store, added.error(), options.username);
  return report(*store, options, options.password_stdin ? "added" : "added; without a password nobody can log in",
                &*added);
}

int list(const std::string& config_file, const Options& options) {
  const std::optional<OpenStore> store = open_store(config_file, store::SqliteUserStore::Missing::refuse);
  if (!store) return could_not_run;
  const Result<std::vector<User>, StoreError> users = store->users->list();
  if (!users) return complain_of_store(*store, users.error(), {});
  if (options.json()) {
    boost::json::array all;
    for (const User& user : *users) all.push_back(to_json(user));
    std::cout << boost::json::serialize(all) << '\n';
  } else {
    print_table(*users);
  }
  return done;
}

int show(const std::string& config_file, const Options& options) {
  const std::optional<OpenStore> store = open_store(config_file, store::SqliteUserStore::Missing::refuse);
  if (!store) return could_not_run;
  const Result<store::UserState, StoreError> found = store->users->look_up(options.username);
  if (!found) return complain_of_store(*store, found.error(), options.username);
  if (!found->user) return complain_of_store(*store, StoreError::not_found, options.username);
  if (options.json()) {
    std::cout << boost::json::serialize(to_json(*found->user)) << '\n';
  } else {
    print_user(*found->user);
  }
  return done;
}

int change(const std::string& config_file, const Options& options, const std::string& what,
           const std::function<void(StoredUser&)>& edit) {
  const std::optional<OpenStore> store = open_store(config_file, store::SqliteUserStore::Missing::refuse);
  if (!store) return could_not_run;
  const Result<User, StoreError> changed = store->users->update(options.username, edit);
  if (!changed) return complain_of_store(*store, changed.error(), options.username);
  return report(*store, options, what, &*changed);
}

int set_roles(const std::string& config_file, const Options& options) {
  Options checked = options;
  std::erase(checked.roles, "");  // `roles alice ""` takes all roles away
  if (checked.roles.size() > store::max_roles) return complain(could_not_run, *problem_of(checked));
  for (const std::string& role : checked.roles)
    if (const auto problem = store::problem_of_role(role)) return complain(could_not_run, "a role " + *problem);
  return change(config_file, options, "has now the roles " + or_dash(joined(checked.roles)),
                [&](StoredUser& user) { user.user.roles = checked.roles; });
}

int set_password(const std::string& config_file, const Options& options) {
  const std::optional<OpenStore> store = open_store(config_file, store::SqliteUserStore::Missing::refuse);
  if (!store) return could_not_run;
  const std::optional<std::string> hash = hash_from_stdin(store->settings.password_hash);
  if (!hash) return could_not_run;
  const auto changed = store->users->update(options.username, [&](StoredUser& user) {
    user.password_hash = *hash;
    user.user.tokens_not_before = unix_now_ms();  // who knew the old one keeps no login of it
  });
  if (!changed) return complain_of_store(*store, changed.error(), options.username);
  return report(*store, options, "has a new password; all logins with the old one are ended", &*changed);
}

int remove(const std::string& config_file, const Options& options) {
  const std::optional<OpenStore> store = open_store(config_file, store::SqliteUserStore::Missing::refuse);
  if (!store) return could_not_run;
  const Result<void, StoreError> removed = store->users->remove(options.username);
  if (!removed) return complain_of_store(*store, removed.error(), options.username);
  return report(*store, options, "deleted", nullptr);
}

using Action = std::function<int(const std::string&, const Options&)>;

Action set_disabled(bool disabled) {
  return [disabled](const std::string& config_file, const Options& options) {
    return change(config_file, options, disabled ? "disabled" : "enabled",
                  [disabled](StoredUser& user) { user.user.disabled = disabled; });
  };
}

}  // namespace

void add_user_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* user = app.add_subcommand("user", "the user store: who may log in");
  user->require_subcommand(1);
  const auto subcommand = [&, options](const char* name, const char* what, Action action) {
    CLI::App* command = user->add_subcommand(name, what);
    command->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
    command->final_callback([&config_file, &chosen, options, action = std::move(action)] {
      chosen = [&config_file, options, action] { return action(config_file, *options); };
    });
    return command;
  };
  const auto named = [&, options](const char* name, const char* what, Action action) {
    CLI::App* command = subcommand(name, what, std::move(action));
    command->add_option("NAME", options->username, "the username")->required();
    return command;
  };

  CLI::App* adding = named("add", "add a user; makes the store when it is missing", add);
  adding->add_option("--email", options->email, "must be unique");
  adding->add_option("--full-name", options->full_name, "as people write it");
  adding->add_option("--roles", options->roles, "for example editor,admin")->delimiter(',');
  adding->add_flag("--disabled", options->disabled, "the user cannot log in until enabled");
  adding->add_flag("--password-stdin", options->password_stdin, "the password is the first line of standard input");
  subcommand("list", "all users, a line each", list);
  named("show", "one user", show);
  named("enable", "let a user in again", set_disabled(false));
  named("disable", "shut a user out, on every node at once", set_disabled(true));
  named("password", "give a user a new password", set_password)
      ->add_flag("--password-stdin", options->password_stdin, "the password is the first line of standard input")
      ->required();
  named("roles", "replace a user's roles", set_roles)
      ->add_option("ROLES", options->roles, "for example editor,admin; \"\" for none")
      ->required()
      ->delimiter(',');
  named("delete", "delete a user", remove);
  add_user_import_command(*user, config_file, chosen);
}

}  // namespace bearward::command
