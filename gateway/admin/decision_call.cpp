#include "admin/decision_call.h"

#include "http/percent_decoding.h"
#include "http/problem.h"

namespace bearward::admin {

http::Response answer_decision(const FindDecision& find, std::string_view encoded_id) {
  const auto id = http::percent_decode(encoded_id);
  auto decision = id ? find(*id) : std::nullopt;
  if (!decision) return http::problem(404, "no refusal of late had this request id");
  return http::json_response(200, std::move(*decision));
}

}  // namespace bearward::admin
