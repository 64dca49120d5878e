#include "rehearsal/caller_kinds.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "base/moment.h"
#include "policy/access_condition.h"
#include "policy/percent_encoding.h"
#include "policy/time_condition.h"

namespace bearward::rehearsal {
namespace {

namespace json = boost::json;
using policy::detail::AccessCondition;
using Kind = AccessCondition::Kind;
using Kinds = std::vector<CallerKind>;

constexpr std::size_t most_combinations = 1'024;
constexpr std::size_t most_satisfying = 64;
constexpr std::string_view any_certificate = "a certificate";

/// The text of a policy with its {parameters} put in.
std::string with_parameters(std::string text, const AskedRule& asked) {
  for (std::size_t i = 0; i < asked.names.size() && i < asked.values.size(); ++i) {
    const std::string braced = "{" + asked.names[i] + "}";
    const std::string value = policy::percent_decoded(asked.values[i]);
    for (std::size_t at = text.find(braced); at != std::string::npos; at = text.find(braced, at + value.size())) {
      text.replace(at, braced.size(), value);
    }
  }
  return text;
}

/// What one claim may be to be let in.
std::vector<json::value> wanted_values(const policy::ClaimCondition& claim, const AskedRule& asked) {
  json::value wanted = json::parse(claim.wanted());
  std::vector<json::value> values;
  if (wanted.is_array()) {
    values.assign(wanted.get_array().begin(), wanted.get_array().end());
  } else {
    values.push_back(std::move(wanted));
  }
  for (json::value& value : values) {
    if (value.is_string()) value = json::string(with_parameters(std::string(value.get_string()), asked));
  }
  return values;
}

/// A kind of which nothing but one claim is known. `sub` is the user's name.
CallerKind with_claim(const std::string& path, const json::value& value) {
  CallerKind kind;
  if (path == "sub" && value.is_string()) {
    kind.username = std::string(value.get_string());
  } else {
    kind.claims.emplace(path, value);
  }
  return kind;
}

/// The first minute of some week that is inside of the window: that of 5 January 2026, a Monday.
std::optional<UnixTime> moment_within(const config::TimeWindow& window) {
  using std::chrono::minutes;
  const UnixTime monday = std::chrono::sys_days{std::chrono::year{2026} / std::chrono::January / 5};
  for (minutes after{0}; after < std::chrono::days{8}; ++after) {
    if (policy::is_within(window, monday + after)) return monday + after;
  }
  return std::nullopt;
}

/// Certificates that just are what is wanted: every choice of one name of each kind.
std::vector<std::map<std::string, std::string>> wanted_certificates(const config::WantedCertificate& wanted) {
  std::vector<std::map<std::string, std::string>> all(1);
  for (const auto& [name, texts] : wanted.named()) {
    if (texts->empty()) continue;
    std::vector<std::map<std::string, std::string>> longer;
    for (const auto& names : all) {
      for (const std::string& text : *texts) {
        if (longer.size() == most_satisfying) break;
        longer.push_back(names);
        longer.back().emplace(name, text);
      }
    }
    all = std::move(longer);
  }
  return all;
}

/// Both at once; nullopt where nobody can be both.
std::optional<CallerKind> both(CallerKind a, const CallerKind& b) {
  if (a.username && b.username && *a.username != *b.username) return std::nullopt;
  if (a.client_ip && b.client_ip && *a.client_ip != *b.client_ip) return std::nullopt;
  if (a.time && b.time && *a.time != *b.time) return std::nullopt;
  if (b.username) a.username = b.username;
  if (b.client_ip) a.client_ip = b.client_ip;
  if (b.time) a.time = b.time;
  if (b.certificate) {
    if (!a.certificate) a.certificate.emplace();
    for (const auto& [name, text] : *b.certificate) {
      if (a.certificate->emplace(name, text).first->second != text) return std::nullopt;
    }
  }
  a.roles.insert(b.roles.begin(), b.roles.end());
  a.scopes.insert(b.scopes.begin(), b.scopes.end());
  for (const auto& [path, value] : b.claims) {
    const auto [at, is_new] = a.claims.emplace(path, value);
    if (!is_new && at->second != value) return std::nullopt;
  }
  return a;
}

/// What `b` says in place of what `a` does.
CallerKind overridden(CallerKind a, const CallerKind& b) {
  if (b.username) a.username = b.username;
  if (b.client_ip) a.client_ip = b.client_ip;
  if (b.time) a.time = b.time;
  if (b.certificate) a.certificate = b.certificate;
  a.roles.insert(b.roles.begin(), b.roles.end());
  a.scopes.insert(b.scopes.begin(), b.scopes.end());
  for (const auto& [path, value] : b.claims) a.claims[path] = value;
  return a;
}

/// Each condition's single wishes: one kind for each name, scope, address and value that it mentions.
Kinds single_wishes(const AccessCondition& condition, const AskedRule& asked) {
  Kinds wishes;
  for (const std::string& value : condition.values) {
    CallerKind kind;
    if (condition.kind == Kind::roles) kind.roles.insert(value);
    if (condition.kind == Kind::users) kind.username = value;
    if (condition.kind == Kind::scopes || condition.kind == Kind::any_scope) kind.scopes.insert(value);
    if (condition.kind == Kind::client_ip) {
      const auto network = IpNetwork::parse(value);
      if (network) kind.client_ip = network->address;
    }
    wishes.push_back(std::move(kind));
  }
  if (condition.certificate) {
    for (auto& names : wanted_certificates(*condition.certificate))
      wishes.emplace_back().certificate = std::move(names);
  }
  if (condition.time) wishes.emplace_back().time = moment_within(*condition.time);
  for (const policy::ClaimCondition& claim : condition.claims) {
    for (const json::value& value : wanted_values(claim, asked)) wishes.push_back(with_claim(claim.path(), value));
  }
  return wishes;
}

Kinds joined(const Kinds& left, const Kinds& right) {
  Kinds all;
  for (const CallerKind& a : left) {
    for (const CallerKind& b : right) {
      auto merged = both(a, b);
      if (merged) all.push_back(std::move(*merged));
      if (all.size() == most_satisfying) return all;
    }
  }
  return all;
}

/// Kinds that have just what the condition asks for; of a `not`, nothing of what it is about.
Kinds satisfying(const AccessCondition& condition, const AskedRule& asked) {
  Kinds all{CallerKind{}};
  switch (condition.kind) {
    case Kind::deny:
      return {};
    case Kind::scopes:
      for (const CallerKind& wish : single_wishes(condition, asked)) all = joined(all, {wish});
      return all;
    case Kind::any_scope:
    case Kind::roles:
    case Kind::users:
    case Kind::client_ip:
    case Kind::client_certificate:
    case Kind::time:
      return single_wishes(condition, asked);
    case Kind::claims:
      for (const policy::ClaimCondition& claim : condition.claims) {
        Kinds values;
        for (const json::value& value : wanted_values(claim, asked)) values.push_back(with_claim(claim.path(), value));
        all = joined(all, values);
      }
      return all;
    case Kind::all:
      for (const AccessCondition& child : condition.children) all = joined(all, satisfying(child, asked));
      return all;
    case Kind::any:
      all.clear();
      for (const AccessCondition& child : condition.children) {
        for (CallerKind& kind : satisfying(child, asked)) {
          if (all.size() < most_satisfying) all.push_back(std::move(kind));
        }
      }
      return all;
    default:
      return all;
  }
}

/// `kind` with one thing less, in every way.
void add_each_with_less(const CallerKind& kind, Kinds& kinds) {
  const auto add = [&](const auto& take) {
    CallerKind less = kind;
    take(less);
    kinds.push_back(std::move(less));
  };
  for (const std::string& role : kind.roles) add([&](CallerKind& less) { less.roles.erase(role); });
  for (const std::string& scope : kind.scopes) add([&](CallerKind& less) { less.scopes.erase(scope); });
  for (const auto& [path, value] : kind.claims) add([&](CallerKind& less) { less.claims.erase(path); });
  if (kind.username) add([](CallerKind& less) { less.username.reset(); });
  if (kind.client_ip) add([](CallerKind& less) { less.client_ip.reset(); });
  if (kind.time) add([](CallerKind& less) { less.time.reset(); });
  if (kind.certificate) {
    add([](CallerKind& less) { less.certificate.reset(); });
    for (const auto& [name, text] : *kind.certificate) add([&](CallerKind& less) { less.certificate->erase(name); });
  }
}

/// All that the rules mention.
struct Mentioned {
  std::set<std::string> roles, scopes, users;
  std::map<std::string, std::vector<json::value>> claims;
  std::vector<IpAddress> addresses;
  std::set<UnixTime> times;
  std::set<std::map<std::string, std::string>> certificates;
  Kinds singles;

  void add(const AccessCondition& condition, const AskedRule& asked) {
    for (CallerKind& wish : single_wishes(condition, asked)) {
      roles.insert(wish.roles.begin(), wish.roles.end());
      scopes.insert(wish.scopes.begin(), wish.scopes.end());
      if (wish.username) users.insert(*wish.username);
      if (wish.client_ip && std::ranges::find(addresses, *wish.client_ip) == addresses.end())
        addresses.push_back(*wish.client_ip);
      if (wish.time) times.insert(*wish.time);
      if (wish.certificate) certificates.insert(*wish.certificate);
      for (const auto& [path, value] : wish.claims) {
        std::vector<json::value>& values = claims[path];
        if (std::ranges::find(values, value) == values.end()) values.push_back(value);
      }
      singles.push_back(std::move(wish));
    }
    for (const AccessCondition& child : condition.children) add(child, asked);
  }

  /// How many kinds there are altogether, as far as anybody wants to know.
  std::size_t combinations() const {
    std::size_t count = 1;
    const auto choose_of = [&count](std::size_t choices) { count = std::min(count * choices, most_combinations + 1); };
    for (std::size_t i = 0; i < roles.size() + scopes.size(); ++i) choose_of(2);
    choose_of(1 + users.size());
    choose_of(1 + addresses.size());
    choose_of(1 + times.size());
    choose_of(certificates.empty() ? 1 : 2 + certificates.size());
    for (const auto& [path, values] : claims) choose_of(1 + values.size());
    return count;
  }
};

/// Every kind so far, and each of them with each of `additions` besides.
void multiply(Kinds& kinds, const Kinds& additions) {
  const std::size_t before = kinds.size();
  for (const CallerKind& addition : additions) {
    for (std::size_t i = 0; i < before; ++i) kinds.push_back(overridden(kinds[i], addition));
  }
}

/// Each certificate that is mentioned, and one of which nothing is known.
Kinds certificate_kinds(const Mentioned& mentioned) {
  Kinds kinds;
  if (mentioned.certificates.empty()) return kinds;
  kinds.emplace_back().certificate.emplace();
  for (const auto& names : mentioned.certificates) kinds.emplace_back().certificate = names;
  return kinds;
}

Kinds every_combination(const Mentioned& mentioned) {
  Kinds kinds{CallerKind{}};
  const auto of = [](const auto& fill) {
    CallerKind kind;
    fill(kind);
    return kind;
  };
  for (const std::string& role : mentioned.roles) multiply(kinds, {of([&](CallerKind& k) { k.roles.insert(role); })});
  for (const std::string& scope : mentioned.scopes)
    multiply(kinds, {of([&](CallerKind& k) { k.scopes.insert(scope); })});
  for (const auto& [path, values] : mentioned.claims) {
    Kinds additions;
    for (const json::value& value : values) additions.push_back(of([&](CallerKind& k) { k.claims[path] = value; }));
    multiply(kinds, additions);
  }
  Kinds users;
  for (const std::string& user : mentioned.users) users.push_back(of([&](CallerKind& k) { k.username = user; }));
  multiply(kinds, users);
  Kinds addresses;
  for (const IpAddress& address : mentioned.addresses)
    addresses.push_back(of([&](CallerKind& k) { k.client_ip = address; }));
  multiply(kinds, addresses);
  Kinds times;
  for (const UnixTime time : mentioned.times) times.push_back(of([&](CallerKind& k) { k.time = time; }));
  multiply(kinds, times);
  multiply(kinds, certificate_kinds(mentioned));
  return kinds;
}

Kinds telling_combinations(std::span<const AskedRule> rules, const Mentioned& mentioned) {
  Kinds kinds{CallerKind{}};
  for (const AskedRule& asked : rules) {
    for (const CallerKind& kind : satisfying(asked.rule.condition(), asked)) {
      kinds.push_back(kind);
      add_each_with_less(kind, kinds);
      for (const CallerKind& single : mentioned.singles) kinds.push_back(overridden(kind, single));
    }
  }
  kinds.insert(kinds.end(), mentioned.singles.begin(), mentioned.singles.end());
  return kinds;
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

}  // namespace

std::shared_ptr<const crypto::ClientCertificate> CallerKind::shown_certificate() const {
  if (!certificate) return nullptr;
  auto shown = std::make_shared<crypto::ClientCertificate>();
  for (const auto& [name, text] : *certificate) {
    if (name == "subject") shown->subject = text;
    if (name == "issuer") shown->issuer = text;
    if (name == "dns") shown->dns = {text};
    if (name == "email") shown->email = {text};
    if (name == "uri") shown->uri = {text};
    if (name == "fingerprint") shown->fingerprint = text;
  }
  return shown;
}

identity::Principal CallerKind::principal() const {
  if (who == Who::nobody) return {nullptr, nullptr, shown_certificate()};
  auto token = std::make_shared<identity::TokenClaims>();
  token->subject = token->username = username.value_or("somebody");
  token->scopes.assign(scopes.begin(), scopes.end());
  token->all["sub"] = token->subject;
  for (const auto& [path, value] : claims) token->all[path] = value;
  if (who == Who::client) return {std::move(token), nullptr, shown_certificate()};
  auto user = std::make_shared<identity::User>();
  user->username = token->username;
  user->roles.assign(roles.begin(), roles.end());
  return {std::move(token), std::move(user), shown_certificate()};
}

IpAddress CallerKind::address() const {
  static const IpAddress elsewhere = *IpAddress::parse("203.0.113.77");  // RFC 5737: nobody's
  return client_ip.value_or(elsewhere);
}

std::vector<std::string> CallerKind::marks() const {
  std::vector<std::string> marks;
  if (username) marks.push_back("user " + *username);
  for (const std::string& role : roles) marks.push_back("role " + role);
  for (const std::string& scope : scopes) marks.push_back("scope " + scope);
  for (const auto& [path, value] : claims) marks.push_back("claim " + path + ": " + text_of(value));
  if (client_ip) marks.push_back("from " + client_ip->to_string());
  if (certificate) marks.emplace_back(any_certificate);
  for (const auto& [name, text] : certificate.value_or(std::map<std::string, std::string>{}))
    marks.push_back("certificate " + name + " " + text);
  if (time) marks.push_back("at " + bearward::to_text(*time));
  std::ranges::sort(marks);
  return marks;
}

std::string CallerKind::to_string() const {
  std::string text = who == Who::nobody   ? (certificate ? "nobody with a token" : "nobody")
                     : who == Who::client ? "a client without a user"
                                          : "";
  for (const std::string& mark : marks()) {
    if (mark == any_certificate && !certificate->empty()) continue;  // what it says is told instead
    text += (text.empty() ? "" : " and ") + mark;
  }
  return text.empty() ? "anybody with a token" : text;
}

Kinds caller_kinds(std::span<const AskedRule> rules) {
  Mentioned mentioned;
  for (const AskedRule& asked : rules) mentioned.add(asked.rule.condition(), asked);
  Kinds kinds = mentioned.combinations() <= most_combinations ? every_combination(mentioned)
                                                              : telling_combinations(rules, mentioned);
  CallerKind nobody;
  nobody.who = CallerKind::Who::nobody;
  CallerKind client;
  client.who = CallerKind::Who::client;
  kinds.push_back(client);
  client.scopes = mentioned.scopes;
  kinds.push_back(client);
  kinds.push_back(nobody);
  const Kinds certificates = certificate_kinds(mentioned);
  for (const CallerKind& shown : certificates) kinds.push_back(overridden(nobody, shown));
  for (const IpAddress& address : mentioned.addresses) {
    nobody.client_ip = address;
    kinds.push_back(nobody);
    for (const CallerKind& shown : certificates) kinds.push_back(overridden(nobody, shown));
  }
  return kinds;
}

}  // namespace bearward::rehearsal
