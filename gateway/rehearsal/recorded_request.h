#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_network.h"
#include "base/result.h"
#include "base/time.h"
#include "rehearsal/question.h"

namespace bearward::rehearsal {

/// One line of the access log: a request that was made, who made it, and what was decided.
struct RecordedRequest {
  Question question;
  std::string host;
  std::string answer;  // allow, gateway, or the status of a refusal by the policies
  std::string route;   // empty: none matched
  std::string reason;  // step:word; empty: it was let through
  std::string user;    // empty: nobody, or nobody knows
  std::vector<std::string> roles;
  std::vector<std::string> scopes;
  std::string client_id;
  std::string issuer;
  std::string request_id;
};

/// Reads a line of the JSON access log (telemetry/access_log). The error says, in words that count well, why
/// it is none that a policy could be asked about.
Result<RecordedRequest, std::string> parse_record(std::string_view line);

/// Who made the request, as far as the log says. nullopt: it went no further than to a refusal before
/// anybody looked, so nobody knows; `nobody` is then the least that can be said.
std::optional<Caller> caller_of(const RecordedRequest& record);

/// The claims that a recorded caller has; of any other the log says nothing.
bool is_recorded_claim(std::string_view path);

}  // namespace bearward::rehearsal
