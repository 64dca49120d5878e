#include "command/explain.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>
#include <vector>

#include "base/moment.h"
#include "command/candidate.h"
#include "config/client_certificate.h"
#include "config/load.h"
#include "http/field_syntax.h"
#include "probe/find_decision.h"
#include "rehearsal/explanation.h"
#include "rehearsal/hypothetical_caller.h"
#include "rehearsal/live_caller.h"
#include "store/sqlite/sqlite_user_store.h"

namespace bearward::command {
namespace {

namespace json = boost::json;
using rehearsal::Caller;
using rehearsal::Question;

struct Options {
  std::string method;
  std::string url;
  std::string as;
  std::string token;
  std::string user;
  std::string client_ip{config::usual_client_ip};
  std::string client_certificate;
  std::vector<std::string> fields;
  std::string time;
  std::string id;
  std::string format = "text";
};

Result<crypto::ClientCertificate, std::string> certificate_of(const std::string& text) {
  error_code error;
  const json::value parsed = json::parse(text, error);
  if (error || !parsed.is_object()) return std::unexpected(std::string("this is no JSON object"));
  return config::certificate_from_json(parsed.get_object());
}

Result<Question, std::string> question_of(const Options& options) {
  if (options.method.empty() || options.url.empty()) {
    return std::unexpected(std::string("give a method and a URL, such as GET https://host/path, or --id ID"));
  }
  Question question{options.method, options.url, {}, {}, unix_now(), nullptr};
  if (!http::is_token(question.method)) return std::unexpected("\"" + options.method + "\" is no method");
  const bool is_url = options.url.starts_with("http://") || options.url.starts_with("https://");
  if (!is_url && !options.url.starts_with('/')) {
    return std::unexpected("\"" + options.url + "\" is neither a path nor an http: or https: URL");
  }
  const auto address = IpAddress::parse(options.client_ip);
  if (!address) return std::unexpected("\"" + options.client_ip + "\" is no IP address");
  question.client_ip = *address;
  for (const std::string& field : options.fields) {
    const std::size_t colon = field.find(':');
    if (colon == std::string::npos) return std::unexpected("\"" + field + "\" is no header; write 'Name: value'");
    const std::size_t value = std::min(field.find_first_not_of(' ', colon + 1), field.size());
    question.fields.emplace_back(field.substr(0, colon), field.substr(value));
  }
  if (!options.client_certificate.empty()) {
    auto certificate = certificate_of(options.client_certificate);
    if (!certificate) return std::unexpected("--client-certificate: " + certificate.error());
    question.certificate = std::make_shared<const crypto::ClientCertificate>(std::move(*certificate));
  }
  if (!options.time.empty()) {
    const auto moment = parse_moment(options.time);
    if (!moment) return std::unexpected("\"" + options.time + "\" is no moment; write 2026-11-24T09:30:00Z");
    question.time = *moment;
  }
  // With the scheme and without a line break: whatever is wrong with it is the stage's to say.
  if (!options.token.empty()) question.fields.emplace_back("Authorization", "Bearer " + options.token);
  return question;
}

Result<json::object, std::string> claims_of(const Options& options) {
  json::object claims;
  if (!options.as.empty()) {
    error_code error;
    json::value parsed = json::parse(options.as, error);
    if (error || !parsed.is_object()) return std::unexpected(std::string("--as is no JSON object"));
    claims = std::move(parsed.as_object());
  }
  if (!options.user.empty()) claims["sub"] = options.user;
  if (!claims.contains("sub")) return std::unexpected(std::string("--as names nobody; give it a \"sub\""));
  return claims;
}

bool brings_credentials(const Question& question) {
  return std::ranges::any_of(question.fields,
                             [](const auto& field) { return http::equal_ignoring_case(field.first, "authorization"); });
}

/// Who asks, and the store that this may need for as long as it is asked.
struct Asking {
  std::unique_ptr<store::UserStore> users;
  Caller caller;
};

Result<Asking, std::string> asking(const std::shared_ptr<const snapshot::Snapshot>& snapshot, const Options& options,
                                   const Question& question) {
  Asking asking;
  const bool by_token = brings_credentials(question);
  if (by_token || !options.user.empty()) {
    auto opened =
        store::SqliteUserStore::open(snapshot->config.users.sqlite_path, store::SqliteUserStore::Missing::refuse);
    if (!opened) return std::unexpected(opened.error());
    asking.users = std::move(*opened);
  }
  if (by_token) {
    asking.caller = rehearsal::live_caller(snapshot, *asking.users);
    return asking;
  }
  if (options.as.empty() && options.user.empty()) {
    asking.caller = rehearsal::nobody();
    return asking;
  }
  const auto claims = claims_of(options);
  if (!claims) return std::unexpected(claims.error());
  Result<Caller, std::string> caller = rehearsal::hypothetical_caller(*claims, snapshot->config.tokens, question.time);
  if (caller && !options.user.empty()) {
    auto principal = rehearsal::hypothetical_principal(*claims, snapshot->config.tokens, question.time);
    if (!principal) return std::unexpected(principal.error());
    caller = rehearsal::stored_user_caller(std::move(*principal), *asking.users);
  }
  if (!caller) return std::unexpected(caller.error());
  asking.caller = std::move(*caller);
  return asking;
}

int explain_request(const std::string& config_file, const Options& options) {
  const auto question = question_of(options);
  if (!question) return cannot_run(question.error());
  const auto snapshot = load_candidate(config_file);
  if (!snapshot) return could_not_run;
  const auto who = asking(snapshot, options, *question);
  if (!who) return cannot_run(who.error());
  const rehearsal::Explanation explanation = rehearsal::explain(*snapshot, *question, who->caller);
  if (options.format == "json") {
    std::cout << json::serialize(to_json(explanation, *question)) << '\n';
  } else {
    std::cout << to_text(explanation, *question);
  }
  return explanation.judgement.outcome == rehearsal::Judgement::Outcome::refused ? answer_is_no : good;
}

/// A line a member, in the order in which they came.
void print_decision(const std::string& decision, bool as_json) {
  error_code error;
  const json::value parsed = json::parse(decision, error);
  if (as_json || error || !parsed.is_object()) {
    std::cout << decision << '\n';
    return;
  }
  for (const auto& member : parsed.as_object()) {
    std::string name{member.key()};
    name.resize(std::max<std::size_t>(name.size(), 11), ' ');
    const bool text = member.value().is_string();
    std::cout << name << ' ' << (text ? std::string(member.value().as_string()) : json::serialize(member.value()))
              << '\n';
  }
}

int explain_id(const std::string& config_file, const Options& options) {
  config::Diagnostics diagnostics;
  const config::Config config = config::load(config_file, config::system_sources(), diagnostics);
  if (!config.admin && diagnostics.has_errors()) {
    print_errors(diagnostics);
    return could_not_run;
  }
  if (!config.admin) return cannot_run(config_file + " names no admin listener to ask; add admin: {address: ...}");
  const auto decision = probe::find_decision(*config.admin, options.id);
  if (!decision) return cannot_run(decision.error());
  if (!*decision) {
    std::cerr << "bearward: no refusal of late had the id " << options.id << '\n';
    return answer_is_no;
  }
  print_decision(**decision, options.format == "json");
  return good;
}

}  // namespace

void add_explain_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("explain", "what would become of a request, and why; sends nothing");
  command->fallthrough();
  command->add_option("METHOD", options->method, "such as GET");
  command->add_option("URL", options->url, "https://host/path, or a path alone");
  CLI::Option* as =
      command->add_option("--as", options->as, "the claims of a good token, as JSON: {\"sub\": \"alice\"}");
  CLI::Option* user = command->add_option("--user", options->user, "the user of that name as the store has it");
  command->add_option("--token", options->token, "a token, which is verified")->excludes(as)->excludes(user);
  command->add_option("--client-ip", options->client_ip, "the client's address")->capture_default_str();
  command->add_option(
      "--client-certificate", options->client_certificate,
      "a certificate that the client has shown, as JSON: {\"subject\": \"CN=billing\", \"dns\": [\"b.test\"]}");
  command
      ->add_option("-H,--header", options->fields, "a field of the request: 'Name: value'; may be given several times")
      ->allow_extra_args(false);
  command->add_option("--time", options->time, "when it is asked: 2026-11-24T09:30:00Z; now unless given");
  command->add_option("--id", options->id, "why the running gateway refused the request of this X-Request-Id");
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->callback([&config_file, &chosen, options] {
    chosen = [&config_file, options] {
      return options->id.empty() ? explain_request(config_file, *options) : explain_id(config_file, *options);
    };
  });
}

}  // namespace bearward::command
