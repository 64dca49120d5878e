#include "rehearsal/coverage.h"

#include <unordered_map>

#include "policy/access_condition.h"
#include "policy/certificate_condition.h"

namespace bearward::rehearsal {
namespace {

using policy::detail::AccessCondition;
using Kind = AccessCondition::Kind;

/// How often a condition held and did not. In the order of a trace: outer ones before inner ones.
struct Branches {
  std::size_t held = 0;
  std::size_t failed = 0;
};
struct Seen {
  std::size_t reached = 0;
  std::vector<Branches> conditions;
};

/// `all`, `any` and `not` are told by what is in them; `public` and `deny` always say the same.
bool has_branches(Kind kind) {
  return kind != Kind::public_ && kind != Kind::deny && kind != Kind::all && kind != Kind::any && kind != Kind::not_;
}

void flatten(const AccessCondition& condition, std::vector<const AccessCondition*>& all) {
  all.push_back(&condition);
  for (const AccessCondition& child : condition.children) flatten(child, all);
}

std::string wanted_of(const AccessCondition& condition) {
  std::string text{policy::detail::name_of(condition.kind)};
  for (const std::string& value : condition.values) text += " " + value;
  if (condition.certificate) text += " " + policy::to_string(*condition.certificate);
  for (const policy::ClaimCondition& claim : condition.claims) text += " " + claim.path() + ": " + claim.wanted();
  return text;
}

void note(const Judgement& judgement, Seen& seen) {
  ++seen.reached;
  seen.conditions.resize(std::max(seen.conditions.size(), judgement.trace.size()));
  for (std::size_t i = 0; i < judgement.trace.size(); ++i) {
    const bool held = judgement.trace[i].truth == policy::Truth::yes;
    ++(held ? seen.conditions[i].held : seen.conditions[i].failed);
  }
}

class Counter {
 public:
  explicit Counter(Coverage& coverage) : coverage_(coverage) {}

  void count(const policy::Route& route, const Seen& seen) {
    point(route, route.place, seen.reached != 0, "no test reaches this route");
    std::vector<const AccessCondition*> conditions;
    flatten(route.access.condition(), conditions);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (!has_branches(conditions[i]->kind)) continue;
      const Branches branches = i < seen.conditions.size() ? seen.conditions[i] : Branches{};
      const std::string what = wanted_of(*conditions[i]);
      point(route, conditions[i]->place, branches.held != 0, what + ": no test sees it hold");
      point(route, conditions[i]->place, branches.failed != 0, what + ": no test sees it fail");
    }
  }

 private:
  void point(const policy::Route& route, const config::Place& place, bool reached, std::string what) {
    ++coverage_.all;
    coverage_.reached += reached ? 1 : 0;
    // A condition of a route that says nothing of access stands nowhere: its route does.
    if (!reached) coverage_.missing.push_back({route.name, place.file.empty() ? route.place : place, std::move(what)});
  }

  Coverage& coverage_;
};

}  // namespace

Coverage coverage_of(const snapshot::Snapshot& snapshot, const std::vector<RouteTestResult>& results) {
  std::unordered_map<const policy::Route*, Seen> seen;
  for (const RouteTestResult& result : results) {
    const Judgement& judgement = result.judgement;
    if (judgement.route == nullptr) continue;
    Seen& of_route = seen[judgement.route];
    note(judgement, of_route);
    // Refused before the rule was asked: for want of a token it does not hold, whatever it wants.
    if (judgement.trace.empty()) {
      std::vector<const AccessCondition*> conditions;
      flatten(judgement.route->access.condition(), conditions);
      of_route.conditions.resize(conditions.size());
      if (conditions.front()->kind == Kind::authenticated) ++of_route.conditions.front().failed;
    }
  }
  Coverage coverage;
  Counter counter(coverage);
  for (const policy::Route& route : snapshot.routes.routes()) counter.count(route, seen[&route]);
  return coverage;
}

}  // namespace bearward::rehearsal
