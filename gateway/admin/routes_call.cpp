#include "admin/routes_call.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "http/problem.h"
#include "telemetry/shadow_refusals.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;

json::object to_json(const policy::Route& route) {
  const bool shadow = route.mode == config::Mode::shadow;
  json::object row{{"name", route.name},
                   {"host", route.host.to_string()},
                   {"methods", json::array(route.methods.begin(), route.methods.end())},
                   {"path", route.path.text},
                   {"upstream", route.upstream},
                   {"mode", shadow ? "shadow" : "enforce"}};
  if (shadow) row["shadow_refusals"] = telemetry::shadow_refusals(route.name);
  return row;
}

}  // namespace

http::Response answer_routes(const Running& running) {
  const std::shared_ptr<const snapshot::Snapshot> snapshot = running();
  json::array rows;
  for (const policy::Route* route : snapshot->routes.most_specific_first()) rows.push_back(to_json(*route));
  return http::json_response(200, json::serialize(rows));
}

}  // namespace bearward::admin
