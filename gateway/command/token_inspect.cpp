#include "command/token_inspect.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>

#include "base/base64url.h"
#include "command/candidate.h"
#include "command/given_token.h"
#include "config/load.h"
#include "identity/claim_path.h"
#include "rehearsal/live_caller.h"
#include "store/sqlite/sqlite_user_store.h"
#include "token/jws.h"
#include "token/raw_signature.h"
#include "token/strict_json.h"

namespace bearward::command {
namespace {

namespace json = boost::json;

struct Options {
  GivenToken token;
  std::string jwks_file;
  bool raw = false;
  std::string format = "text";
};

/// What is printed of a judgement.
struct Verdict {
  std::string reason;  // empty: good
  std::string detail;  // for a person; may be empty
  std::optional<json::object> header, claims;
};

int print(const Verdict& verdict, bool as_json) {
  const bool is_good = verdict.reason.empty();
  if (as_json) {
    json::object members{{"verdict", is_good ? "good" : "refused"}};
    if (!is_good) members["reason"] = verdict.reason;
    if (!verdict.detail.empty()) members["detail"] = verdict.detail;
    if (verdict.header) members["header"] = *verdict.header;
    if (verdict.claims) members["claims"] = *verdict.claims;
    std::cout << json::serialize(members) << '\n';
  } else {
    std::cout << (is_good ? "good" : "refused: " + verdict.reason);
    if (!verdict.detail.empty()) std::cout << " (" << verdict.detail << ')';
    std::cout << '\n';
    const char* const unproven = is_good ? "" : ", as it claims";
    if (verdict.header) std::cout << "header" << unproven << ": " << json::serialize(*verdict.header) << '\n';
    if (verdict.claims) std::cout << "claims" << unproven << ": " << json::serialize(*verdict.claims) << '\n';
  }
  return is_good ? good : answer_is_no;
}

std::optional<json::object> decode(std::string_view part) {
  const auto text = base64url_decode(part);
  return text ? token::parse_strict_object(*text) : std::nullopt;
}

/// As if the certificate that the token is bound to (RFC 8705) was shown with it: here nobody shows any.
rehearsal::Certificate its_certificate(const std::optional<json::object>& claims) {
  const json::value* const thumbprint = claims ? identity::find_claim(*claims, "cnf.x5t#S256") : nullptr;
  if (thumbprint == nullptr || !thumbprint->is_string()) return nullptr;
  auto certificate = std::make_shared<crypto::ClientCertificate>();
  certificate->thumbprint = std::string_view{thumbprint->get_string()};
  return certificate;
}

int inspect_raw(const Options& options) {
  if (options.jwks_file.empty()) return cannot_run("--raw judges a signature: give the keys with --jwks FILE");
  const auto keys = config::system_sources().read_file(options.jwks_file);
  if (!keys) return cannot_run("cannot read " + options.jwks_file + ": " + keys.error().message());
  const Secret token = options.token.read();
  const auto payload = token::verify_signature_alone(token.reveal(), *keys);
  if (payload) return print({}, options.format == "json");
  const token::RawRefusal& refused = payload.error();
  if (refused.unreadable) return cannot_run("cannot use " + options.jwks_file + ": " + refused.detail);
  return print({.reason = std::string{to_string(refused.error)}, .detail = refused.detail, .header = {}, .claims = {}},
               options.format == "json");
}

int inspect(const std::string& config_file, const Options& options) {
  if (options.raw) return inspect_raw(options);
  if (!options.jwks_file.empty()) return cannot_run("--jwks needs --raw: the configuration has keys of its own");
  const auto snapshot = load_candidate(config_file);
  if (!snapshot) return could_not_run;
  auto users =
      store::SqliteUserStore::open(snapshot->config.users.sqlite_path, store::SqliteUserStore::Missing::refuse);
  if (!users) return cannot_run(users.error());
  const Secret token = options.token.read();
  const std::string credentials = "Bearer " + std::string{token.reveal()};
  const http::Field field{.name = "Authorization", .value = credentials, .id = http::FieldId::authorization};
  http::RequestHead head;
  head.fields = {&field, 1};
  Verdict verdict;
  if (const auto jws = token::split_compact(token.reveal())) {
    verdict.header = decode(jws->header);
    verdict.claims = decode(jws->payload);
  }
  const auto principal =
      rehearsal::live_caller(snapshot, **users)(head, policy::TokenNeed::required, its_certificate(verdict.claims));
  if (!principal && principal.error().status == 503)
    return cannot_run("it cannot be judged now: " + std::string{principal.error().reason});
  if (!principal) verdict.reason = principal.error().inactive_user ? "inactive_user" : principal.error().reason;
  return print(verdict, options.format == "json");
}

}  // namespace

void add_token_inspect(CLI::App& token, const std::string& config_file, std::function<int()>& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      token.add_subcommand("inspect", "decode a token and say whether the gateway takes it, and why not");
  options->token.add_to(*command);
  command->add_option("--jwks", options->jwks_file, "a JWK or a JWK set; secrets and private keys are taken too");
  command->add_flag("--raw", options->raw, "judge the signature alone, against the keys of --jwks");
  command->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->final_callback([&config_file, &chosen, options] {
    chosen = [&config_file, options] { return inspect(config_file, *options); };
  });
}

}  // namespace bearward::command
