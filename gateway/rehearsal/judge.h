#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/endpoints.h"
#include "identity/principal.h"
#include "pipeline/rejection.h"
#include "policy/access.h"
#include "policy/route.h"
#include "rehearsal/question.h"
#include "snapshot/snapshot.h"

namespace bearward::rehearsal {

/// What the gateway would do with a request. Points into the snapshot.
struct Judgement {
  enum class Outcome {
    allowed,  // it goes on to the upstream
    refused,
    gateway,  // an endpoint of the gateway's own answers
  };

  Outcome outcome = Outcome::refused;
  pipeline::Rejection rejection;         // of `refused`
  const policy::Route* route = nullptr;  // the one that decides, if it came so far
  std::optional<config::Endpoint> endpoint;
  std::string host;  // as it was normalised; empty when the request names none
  std::string path;
  identity::Principal principal;                  // anonymous before authentication
  std::vector<policy::Step> trace;                // every condition of the route's `access`, outer ones first
  std::optional<pipeline::Rejection> overlooked;  // of `allowed`: what mode shadow let pass
  std::string upstream_head;                      // of `allowed`: what the upstream gets, to the byte

  bool allowed() const { return outcome == Outcome::allowed; }
};

/// Takes a question through the functions that serve requests: the parser, the own endpoints, match_route,
/// `caller` for authenticate, authorize, write_upstream_head. Nothing is sent. Budgets that fill with use (rate limits,
/// content limits) are not asked.
Judgement judge(const snapshot::Snapshot& snapshot, const Question& question, const Caller& caller);

/// Stands in an upstream's head for the id that each request gets of its own.
inline constexpr std::string_view request_id_to_come = "made-for-each-request";
/// Stands there for the signed assertion of a route that has one.
inline constexpr std::string_view assertion_to_come = "signed-for-each-caller";

/// `allow`, `gateway` or the status of the refusal.
std::string answer_of(const Judgement& judgement);

/// Which route, step and condition decided, in one line: `route "x" (FILE:LINE): roles wants admin, saw staff
/// (FILE:LINE)`.
std::string reason_of(const Judgement& judgement);

/// FILE:LINE.
std::string line_of(const config::Place& place);

}  // namespace bearward::rehearsal
