#include "policy/access.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <utility>

#include "identity/claim_path.h"
#include "policy/access_condition.h"
#include "policy/certificate_condition.h"
#include "policy/time_condition.h"

namespace bearward::policy {
namespace {

using detail::AccessCondition;
using detail::name_of;
using Kind = AccessCondition::Kind;

/// What came of one condition and all inside it.
struct Finding {
  Truth truth = Truth::no;
  /// May it let this caller in? Everything may, once somebody has authenticated. Before, only a branch
  /// that says `public`, or that wants a client certificate: an address or a `not` alone never replaces authentication.
  bool opens = false;
  bool for_scopes_only = false;              // not `yes`, and more scope would make it so
  const AccessCondition* decided = nullptr;  // when not `yes`: the condition to name
};

bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

bool shares_one(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::any_of(a, [&](const std::string& each) { return contains(b, each); });
}

constexpr Truth truth_of(bool holds) { return holds ? Truth::yes : Truth::no; }

Truth evaluate_claims(const AccessCondition& condition, const AccessRequest& request) {
  Truth least = Truth::yes;
  for (const ClaimCondition& part : condition.claims) {
    least = std::min(least, part.evaluate(request.principal.token->all, request.parameters));
  }
  return least;
}

/// A condition without children. What it is about may be absent: then nothing can be said of it.
Truth evaluate_leaf(const AccessCondition& condition, const AccessRequest& request) {
  const identity::TokenClaims* token = request.principal.token.get();
  const identity::User* user = request.principal.user.get();
  // A client that acts for itself is no user: it has no name and no role. Of nobody nothing can be said.
  const Truth without_user = token == nullptr ? Truth::undecided : Truth::no;
  switch (condition.kind) {
    case Kind::public_:
      return Truth::yes;
    case Kind::authenticated:
      return truth_of(!request.principal.anonymous());
    case Kind::scopes:
      if (token == nullptr) return Truth::undecided;
      return truth_of(
          std::ranges::all_of(condition.values, [&](const auto& each) { return contains(token->scopes, each); }));
    case Kind::any_scope:
      return token == nullptr ? Truth::undecided : truth_of(shares_one(condition.values, token->scopes));
    case Kind::roles:
      return user == nullptr ? without_user : truth_of(shares_one(condition.values, user->roles));
    case Kind::users:
      return user == nullptr ? without_user : truth_of(contains(condition.values, user->username));
    case Kind::claims:
      return token == nullptr ? Truth::undecided : evaluate_claims(condition, request);
    case Kind::client_ip:
      return truth_of(
          std::ranges::any_of(condition.networks, [&](const IpNetwork& n) { return n.contains(request.client_ip); }));
    case Kind::client_certificate: {
      const crypto::ClientCertificate* const shown = request.principal.certificate.get();
      return truth_of(shown != nullptr && is_wanted(*condition.certificate, *shown));
    }
    case Kind::time:
      return truth_of(is_within(*condition.time, request.now));
    case Kind::deny:
    case Kind::all:
    case Kind::any:
    case Kind::not_:
      break;
  }
  return Truth::no;
}

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

std::string wanted_by(const AccessCondition& condition) {
  if (condition.kind == Kind::time) return to_string(*condition.time);
  if (condition.kind == Kind::client_certificate) return to_string(*condition.certificate);
  if (condition.kind != Kind::claims) return joined(condition.values);
  std::string text;
  for (const ClaimCondition& part : condition.claims)
    text += (text.empty() ? "" : ", ") + part.path() + ": " + part.wanted();
  return text;
}

std::string claims_seen(const AccessCondition& condition, const identity::TokenClaims& token) {
  std::string text;
  for (const ClaimCondition& part : condition.claims) {
    const boost::json::value* claim = identity::find_claim(token.all, part.path());
    text += (text.empty() ? "" : ", ") + part.path() + ": " +
            (claim == nullptr ? "absent" : boost::json::serialize(*claim));
  }
  return text;
}

std::string seen_by(const AccessCondition& condition, const AccessRequest& request) {
  const identity::Principal& principal = request.principal;
  switch (condition.kind) {
    case Kind::authenticated:
      return principal.anonymous() ? "nobody" : "somebody";
    case Kind::scopes:
    case Kind::any_scope:
      return principal.token ? joined(principal.token->scopes) : "no token";
    case Kind::roles:
      return principal.user ? joined(principal.user->roles) : "no user";
    case Kind::users:
      return principal.user ? principal.user->username : "no user";
    case Kind::claims:
      return principal.token ? claims_seen(condition, *principal.token) : "no token";
    case Kind::client_ip:
      return request.client_ip.to_string();
    case Kind::client_certificate:
      return principal.certificate ? to_string(*principal.certificate) : "no certificate";
    case Kind::time:
      return wall_clock(*condition.time, request.now);
    default:
      return "";
  }
}

/// Evaluates a rule from the outside in, noting each condition if a trace is wanted.
class Evaluation {
 public:
  Evaluation(const AccessRequest& request, std::vector<Step>* trace)
      : request_(request), trace_(trace), authenticated_(!request.principal.anonymous()) {}

  Finding evaluate(const AccessCondition& condition, std::size_t depth = 0) {
    const std::size_t step = trace_ == nullptr ? 0 : note(condition, depth);
    const Finding finding = look_at(condition, depth);
    if (trace_ != nullptr) (*trace_)[step].truth = finding.truth;
    return finding;
  }

 private:
  std::size_t note(const AccessCondition& condition, std::size_t depth) {
    trace_->push_back({depth, name_of(condition.kind), wanted_by(condition), seen_by(condition, request_), Truth::no,
                       condition.place});
    return trace_->size() - 1;
  }

  Finding look_at(const AccessCondition& condition, std::size_t depth) {
    switch (condition.kind) {
      case Kind::all:
        return all(condition, depth);
      case Kind::any:
        return any(condition, depth);
      case Kind::not_:
        return negation(condition, depth);
      default:
        break;
    }
    const bool about_scopes = condition.kind == Kind::scopes || condition.kind == Kind::any_scope;
    const bool opens = condition.kind == Kind::public_ || condition.kind == Kind::client_certificate;
    return {evaluate_leaf(condition, request_), authenticated_ || opens, about_scopes, &condition};
  }

  /// Looks at every part even after one failed: whether scopes alone are missing depends on the others.
  Finding all(const AccessCondition& condition, std::size_t depth) {
    Finding result{Truth::yes, false, true, &condition};
    bool named = false;
    for (const AccessCondition& child : condition.children) {
      const Finding part = evaluate(child, depth + 1);
      result.opens = result.opens || part.opens;
      result.truth = std::min(result.truth, part.truth);
      if (part.truth == Truth::yes) continue;
      if (!named || (result.for_scopes_only && !part.for_scopes_only)) result.decided = part.decided;
      result.for_scopes_only = result.for_scopes_only && part.for_scopes_only;
      named = true;
    }
    return result;
  }

  Finding any(const AccessCondition& condition, std::size_t depth) {
    Finding result{Truth::no, false, true, &condition};
    for (const AccessCondition& child : condition.children) {
      const Finding part = evaluate(child, depth + 1);
      result.opens = result.opens || (part.truth == Truth::yes && part.opens);
      result.truth = std::max(result.truth, part.truth);
      result.for_scopes_only = result.for_scopes_only && part.for_scopes_only;
      if (trace_ == nullptr && result.truth == Truth::yes && result.opens) break;
    }
    return result;
  }

  Finding negation(const AccessCondition& condition, std::size_t depth) {
    const Finding part = evaluate(condition.children.front(), depth + 1);
    Truth truth = Truth::undecided;
    if (part.truth != Truth::undecided) truth = part.truth == Truth::yes ? Truth::no : Truth::yes;
    return {truth, authenticated_, false, &condition};
  }

  const AccessRequest& request_;
  std::vector<Step>* trace_;
  bool authenticated_;
};

/// The scopes that are missing, where they alone are. Of an `any` its first branch: one is enough.
void collect_missing_scopes(const AccessCondition& condition, const AccessRequest& request,
                            std::vector<std::string_view>& scopes) {
  if (Evaluation(request, nullptr).evaluate(condition).truth == Truth::yes) return;
  for (const std::string& value : condition.values) {
    if (std::ranges::find(scopes, value) == scopes.end()) scopes.push_back(value);
  }
  for (const AccessCondition& child : condition.children) {
    collect_missing_scopes(child, request, scopes);
    if (condition.kind == Kind::any) return;
  }
}

/// Is there a branch that lets somebody in without a token, by a condition of this kind?
bool opens_by(Kind kind, const AccessCondition& condition) {
  if (condition.kind == kind) return true;
  if (condition.kind != Kind::all && condition.kind != Kind::any) return false;
  return std::ranges::any_of(condition.children, [kind](const auto& child) { return opens_by(kind, child); });
}

const std::shared_ptr<const AccessCondition>& deny_everybody() {
  static const auto condition = std::make_shared<const AccessCondition>();
  return condition;
}

}  // namespace

AccessRule::AccessRule() : condition_(deny_everybody()) {}

AccessRule AccessRule::compile(const config::Access& access, std::span<const std::string> parameters,
                               config::Diagnostics& diagnostics) {
  AccessRule rule;
  if (auto condition = AccessCondition::compile(access, parameters, diagnostics)) {
    rule.is_public_ = opens_by(Kind::public_, *condition);
    rule.takes_certificate_ = opens_by(Kind::client_certificate, *condition);
    rule.condition_ = std::make_shared<const AccessCondition>(std::move(*condition));
  }
  return rule;
}

Verdict evaluate(const AccessRule& rule, const AccessRequest& request, std::vector<Step>* trace) {
  const AccessCondition& condition = rule.condition();
  const Finding finding = Evaluation(request, trace).evaluate(condition);
  Verdict verdict;
  verdict.allowed = finding.truth == Truth::yes && finding.opens;
  if (verdict.allowed) return verdict;
  const bool anonymous = request.principal.anonymous();
  const bool only_unauthenticated = finding.truth == Truth::yes;
  verdict.needs_credentials = anonymous;
  verdict.reason = only_unauthenticated ? name_of(Kind::authenticated) : name_of(finding.decided->kind);
  verdict.place = &(only_unauthenticated ? condition : *finding.decided).place;
  verdict.insufficient_scope = !anonymous && finding.for_scopes_only;
  if (verdict.insufficient_scope) collect_missing_scopes(condition, request, verdict.scopes);
  return verdict;
}

}  // namespace bearward::policy
