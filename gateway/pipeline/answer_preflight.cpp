#include "pipeline/answer_preflight.h"

#include "http/drop_fields.h"

namespace bearward::pipeline {

std::optional<Result<http::Response, Rejection>> answer_preflight(const snapshot::Snapshot& snapshot,
                                                                  const http::RequestHead& head, Account& account) {
  const auto preflight = policy::read_preflight(head);
  if (!preflight) return std::nullopt;
  const policy::Cors* cors = snapshot.cors.get();
  if (snapshot.config.endpoints.find(head.target.path) == nullptr) {
    const policy::RouteMatch match = snapshot.routes.match(head.authority.host, head.target.path, preflight->method);
    if (match.outcome == policy::RouteMatch::Outcome::matched) {
      cors = match.route->cors.get();
      if (cors != nullptr) account.note(*match.route);
    }
  }
  if (cors == nullptr) return std::nullopt;
  if (http::count(head.fields, http::FieldId::origin) != 1 || !cors->allows(preflight->origin)) {
    return std::unexpected(Rejection::origin_not_allowed());
  }
  http::Response response;
  response.status = 204;
  response.own_fields = cors->preflight_fields(*preflight);
  return response;
}

void add_cors_fields(const snapshot::Snapshot& snapshot, const http::RequestHead& head, const Account& account,
                     http::Response& response) {
  const policy::Cors* const cors = account.route == nullptr ? snapshot.cors.get() : account.route->cors.get();
  if (cors == nullptr) return;
  http::drop_fields(response, policy::is_cors_answer_field);
  const http::Field* const origin = http::find(head.fields, http::FieldId::origin);
  const bool one = http::count(head.fields, http::FieldId::origin) == 1;
  response.own_fields += cors->answer_fields(one ? origin->value : std::string_view{});
}

}  // namespace bearward::pipeline
