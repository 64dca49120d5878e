#include "command/token_revoke.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>

#include "command/candidate.h"
#include "command/given_token.h"
#include "store/sqlite/sqlite_refresh_store.h"
#include "store/sqlite/sqlite_user_store.h"
#include "store/user_changes.h"
#include "token/access_token.h"

namespace bearward::command {
namespace {

namespace json = boost::json;
using store::StoreError;

struct Options {
  GivenToken token;
  std::string username;
  std::string client_id;
  std::string format = "text";
};

class Revocation {
 public:
  Revocation(const snapshot::Snapshot& snapshot, store::SqliteUserStore& users, bool as_json)
      : snapshot_(snapshot), users_(users), as_json_(as_json) {}

  int all_of(const std::string& subject) {
    if (const auto done = users_.revoke_all_tokens(subject); !done) return complain(done.error(), subject);
    return report(subject, {}, "all that " + subject + " was issued is revoked");
  }

  int one(std::string_view token) {
    if (token.size() == store::refresh_token_bytes && token.find('.') == std::string_view::npos) return login_of(token);
    const auto claims = token::AccessTokenVerifier{snapshot_.keys}.verify(token, unix_now());
    if (!claims) return refuse(claims.error());
    if (snapshot_.keys->issuer_of((*claims)->issuer) != &snapshot_.keys->issuers.front())
      return no("\"" + (*claims)->issuer + "\" has issued this token, and only it can revoke it");
    const std::string& subject = (*claims)->username;
    const auto done = users_.revoke_token(subject, (*claims)->token_id, (*claims)->expires_at);
    if (!done) return complain(done.error(), subject);
    const bool has_id = !(*claims)->token_id.empty() && (*claims)->token_id.size() <= store::max_revoked_id_bytes;
    return report(subject, (*claims)->token_id,
                  has_id ? "the token of " + subject + " is revoked"
                         : "the token has no jti to know it by: all that " + subject + " was issued is revoked");
  }

 private:
  /// A refresh token, used or not, takes its login along.
  int login_of(std::string_view token) {
    auto refresh = store::SqliteRefreshStore::open(snapshot_.config.users.sqlite_path);
    if (!refresh) return cannot_run(refresh.error());
    const auto found = (*refresh)->find(token);
    if (!found) return cannot_run("refresh tokens cannot be read: " + (*refresh)->last_failure());
    if (!*found) return no("this is no refresh token that is known");
    const store::RefreshFamily& family = (*found)->family;
    const UnixTime last_expiry = unix_now() + snapshot_.config.tokens.access_ttl;
    if (const auto done = users_.revoke_token(family.username, family.id, last_expiry); !done)
      return complain(done.error(), family.username);
    if (!(*refresh)->end(family.id)) return cannot_run("the login cannot be ended: " + (*refresh)->last_failure());
    return report(family.username, family.id, "the login of " + family.username + " is ended, with all its tokens");
  }

  static int no(const std::string& why) {
    std::cerr << "bearward: " << why << '\n';
    return answer_is_no;
  }

  int refuse(token::TokenError error) const {
    if (error == token::TokenError::expired)
      return report_json_or({}, {}, "the token has expired: nothing is left of it");
    return no("this is no token that the gateway takes: " + std::string{to_string(error)});
  }

  int complain(StoreError error, const std::string& subject) const {
    if (error == StoreError::not_found) return no("there is no user \"" + subject + "\"");
    return cannot_run("the user store cannot be used: " + users_.last_failure());
  }

  int report(const std::string& subject, const std::string& id, const std::string& what) const {
    const config::Users& settings = snapshot_.config.users;
    if (store::announce_now(settings, users_, subject) == store::Announced::failed)
      std::cerr << "bearward: warning: Redis did not answer within 1s; a gateway that cannot see this change itself "
                   "may take the token for up to "
                << settings.ttl.count() << "ms\n";
    return report_json_or(subject, id, what);
  }

  int report_json_or(const std::string& subject, const std::string& id, const std::string& what) const {
    if (!as_json_) {
      std::cout << what << '\n';
      return good;
    }
    json::object members{{"revoked", subject.empty() ? "nothing" : id.empty() ? "all" : "one"}};
    if (!subject.empty()) members["subject"] = subject;
    if (!id.empty()) members["id"] = id;
    std::cout << json::serialize(members) << '\n';
    return good;
  }

  const snapshot::Snapshot& snapshot_;
  store::SqliteUserStore& users_;
  bool as_json_;
};

int revoke(const std::string& config_file, const Options& options) {
  const int named =
      (options.token.given() ? 1 : 0) + (options.username.empty() ? 0 : 1) + (options.client_id.empty() ? 0 : 1);
  if (named > 1) return cannot_run("give one of TOKEN, --user and --client");
  const auto snapshot = load_candidate(config_file);
  if (!snapshot) return could_not_run;
  auto users =
      store::SqliteUserStore::open(snapshot->config.users.sqlite_path, store::SqliteUserStore::Missing::refuse);
  if (!users) return cannot_run(users.error());
  Revocation revocation{*snapshot, **users, options.format == "json"};
  if (!options.username.empty()) return revocation.all_of(options.username);
  if (!options.client_id.empty()) return revocation.all_of(identity::client_subject(options.client_id));
  return revocation.one(options.token.read().reveal());
}

}  // namespace

void add_token_revoke(CLI::App& token, const std::string& config_file, std::function<int()>& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = token.add_subcommand("revoke", "end a token, or all that somebody has, on every node at once");
  options->token.add_to(*command);
  command->add_option("--user", options->username, "all that this user was issued: access and refresh tokens");
  command->add_option("--client", options->client_id, "all that this client was issued for itself");
  command->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->final_callback(
      [&config_file, &chosen, options] { chosen = [&config_file, options] { return revoke(config_file, *options); }; });
}

}  // namespace bearward::command
