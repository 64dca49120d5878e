#include "rehearsal/replay.h"

#include <algorithm>
#include <tuple>

#include "policy/access_condition.h"
#include "rehearsal/judge.h"

namespace bearward::rehearsal {
namespace {

using policy::detail::AccessCondition;

/// What the rule says when nothing is known of claims that the log has not (Kleene's logic, as policy/access): an
/// answer that is decided all the same is the one that was or would have been given. `at` walks the trace, which
/// has the conditions in this order.
policy::Truth without_other_claims(const AccessCondition& condition, const std::vector<policy::Step>& trace,
                                   std::size_t& at) {
  using Kind = AccessCondition::Kind;
  using policy::Truth;
  const policy::Step& step = trace[at++];
  const auto other = [](const policy::ClaimCondition& claim) { return !is_recorded_claim(claim.path()); };
  if (std::ranges::any_of(condition.claims, other)) return Truth::undecided;
  if (condition.kind == Kind::client_certificate) return Truth::undecided;  // nor has the log certificates
  if (condition.children.empty()) return step.truth;
  Truth least = Truth::yes;
  Truth most = Truth::no;
  for (const AccessCondition& child : condition.children) {
    const Truth truth = without_other_claims(child, trace, at);
    least = std::min(least, truth);
    most = std::max(most, truth);
  }
  if (condition.kind == Kind::all) return least;
  if (condition.kind == Kind::any) return most;
  if (least == Truth::undecided) return Truth::undecided;
  return least == Truth::yes ? Truth::no : Truth::yes;
}

bool hangs_on_a_claim(const Judgement& judgement) {
  if (judgement.trace.empty() || judgement.principal.anonymous()) return false;
  std::size_t at = 0;
  const policy::Truth truth = without_other_claims(judgement.route->access.condition(), judgement.trace, at);
  return truth == policy::Truth::undecided && judgement.trace.front().truth != policy::Truth::undecided;
}

/// With the status that the client would see.
std::string answer_for(const Judgement& judgement, config::Compatibility compatibility) {
  if (judgement.outcome != Judgement::Outcome::refused) return answer_of(judgement);
  // What cannot be told to the upstream as it is has passed the policies.
  if (judgement.rejection.step == "forward") return "allow";
  return std::to_string(pipeline::to_response(judgement.rejection, compatibility, "").status);
}

std::string example_of(const RecordedRequest& record) {
  return record.question.method + " " + record.host +
         record.question.target.substr(record.question.target.find('/', record.host.empty() ? 0 : 7)) + " by " +
         (record.user.empty() ? "nobody" : record.user) +
         (record.request_id.empty() ? "" : " (" + record.request_id + ")");
}

}  // namespace

void Replay::add(std::string_view line) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  const auto record = parse_record(line);
  if (!record) {
    ++not_judged_[record.error()];
    return;
  }
  const auto caller = caller_of(*record);
  compare(*record, caller ? *caller : nobody(), caller.has_value());
}

void Replay::compare(const RecordedRequest& record, const Caller& caller, bool known_caller) {
  const Judgement judgement = judge(candidate_, record.question, caller);
  const std::string after = answer_for(judgement, candidate_.config.compatibility);
  const std::string route = judgement.route == nullptr ? "" : judgement.route->name;
  if (!known_caller && !route.empty() && after != "allow") {
    ++not_judged_["a request whose sender is not in the log, for a route that asks who it is"];
    return;
  }
  if (judgement.principal.anonymous() && judgement.route != nullptr && judgement.route->access.takes_certificate()) {
    ++not_judged_["a request without a token for a rule about client certificates, which are not in the log"];
    return;
  }
  if (hangs_on_a_claim(judgement)) {
    ++not_judged_["a request for a rule about claims that are not in the log"];
    return;
  }
  ++judged_;
  if (after != record.answer) note(record, after, route);
}

void Replay::note(const RecordedRequest& record, const std::string& after, const std::string& route_after) {
  std::string key = record.answer + '\n' + after + '\n' + record.route + '\n' + route_after;
  if (changes_.size() >= most_changes && !changes_.contains(key)) key = changes_.rbegin()->first;
  ReplayChange& change = changes_[key];
  if (change.requests++ == 0) {
    change.before = record.answer;
    change.after = after;
    change.route_before = record.route;
    change.route_after = route_after;
  }
  if (change.examples.size() < most_examples) change.examples.push_back(example_of(record));
}

std::vector<ReplayChange> Replay::changes() const {
  std::vector<ReplayChange> all;
  for (const auto& [key, change] : changes_) all.push_back(change);
  const auto rank = [](const ReplayChange& change) {
    const int kind = change.after == "allow" ? 0 : change.before == "allow" ? 1 : 2;
    return std::tuple(kind, -static_cast<std::int64_t>(change.requests));
  };
  std::ranges::stable_sort(all, [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return all;
}

}  // namespace bearward::rehearsal
