#include "command/token.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>

#include "command/candidate.h"
#include "command/token_inspect.h"
#include "command/token_revoke.h"
#include "config/quantity.h"
#include "store/sqlite/sqlite_user_store.h"

namespace bearward::command {
namespace {

namespace json = boost::json;

struct IssueOptions {
  std::string username;
  std::string client_id;
  std::vector<std::string> scopes;
  std::string ttl;
  std::string format = "text";
};

/// What will keep the gateway from taking the token; empty: nothing.
std::string doubt_of(const config::Users& users, const std::string& username) {
  auto store = store::SqliteUserStore::open(users.sqlite_path, store::SqliteUserStore::Missing::refuse);
  if (!store) return store.error();
  const auto found = (*store)->look_up(username);
  if (!found) return "the user store cannot be read: " + (*store)->last_failure();
  if (!found->user || identity::is_client_subject(username)) return "there is no user \"" + username + "\"";
  return found->user->disabled ? "the user \"" + username + "\" is disabled" : std::string{};
}

int issue(const std::string& config_file, const IssueOptions& options) {
  const auto snapshot = load_candidate(config_file);
  if (!snapshot) return could_not_run;
  config::Tokens settings = snapshot->config.tokens;
  if (!options.ttl.empty()) {
    const auto ttl = config::parse_duration(options.ttl);
    if (!ttl || *ttl < std::chrono::seconds{1})
      return cannot_run("\"" + options.ttl + "\" is no ttl; write 90s or 15m");
    settings.access_ttl = std::chrono::floor<std::chrono::seconds>(*ttl);
  }
  if (settings.signing_keys.empty()) return cannot_run(config_file + " has no tokens.signing_keys to sign with");
  if (const std::string doubt = doubt_of(snapshot->config.users, options.username); !doubt.empty())
    std::cerr << "bearward: warning: the gateway will refuse this token: " << doubt << '\n';
  const token::TokenIssuer issuer{snapshot->keys, settings};
  const token::AccessTokenGrant grant{
      .subject = options.username, .client_id = options.client_id, .scopes = options.scopes};
  const token::IssuedToken issued = issuer.issue(grant, unix_now_ms());
  if (options.format == "json") {
    std::cout << json::serialize(json::object{{"access_token", issued.token},
                                              {"token_type", "Bearer"},
                                              {"expires_in", issued.expires_in.count()},
                                              {"jti", issued.token_id}})
              << '\n';
  } else {
    std::cout << issued.token << '\n';
  }
  return good;
}

void add_issue(CLI::App& token, const std::string& config_file, std::function<int()>& chosen) {
  const auto options = std::make_shared<IssueOptions>();
  CLI::App* command = token.add_subcommand("issue", "sign an access token for a test, with the key that signs logins'");
  command->add_option("--user", options->username, "whom it speaks for")->required();
  command->add_option("--client-id", options->client_id, "its client_id; none unless given");
  command->add_option("--scope", options->scopes, "its scopes, for example orders:read,profile")->delimiter(',');
  command->add_option("--ttl", options->ttl, "how long it is good for, such as 90s; tokens.access_ttl unless given");
  command->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->final_callback(
      [&config_file, &chosen, options] { chosen = [&config_file, options] { return issue(config_file, *options); }; });
}

}  // namespace

void add_token_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen) {
  CLI::App* token = app.add_subcommand("token", "access tokens: one for a test, what is said of one, its end");
  token->require_subcommand(1);
  add_issue(*token, config_file, chosen);
  add_token_inspect(*token, config_file, chosen);
  add_token_revoke(*token, config_file, chosen);
}

}  // namespace bearward::command
