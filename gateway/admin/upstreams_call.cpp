#include "admin/upstreams_call.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/time.h"
#include "http/problem.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;

json::object to_json(const upstream::Group& group, SteadyTime now) {
  json::array targets;
  for (std::size_t i = 0; i < group.targets().size(); ++i) {
    const upstream::Target& target = *group.targets()[i];
    targets.push_back(json::object{{"url", target.url()},
                                   {"weight", group.settings().targets[i].weight},
                                   {"healthy", target.healthy()},
                                   {"ejected", target.ejected(now)},
                                   {"share", target.healthy() ? target.share(now) : 0.0}});
  }
  return {{"name", group.settings().name},
          {"balance", to_string(group.settings().balance)},
          {"health_checks", group.settings().health.has_value()},
          {"targets", std::move(targets)}};
}

}  // namespace

http::Response answer_upstreams(const Running& running) {
  const std::shared_ptr<const snapshot::Snapshot> snapshot = running();
  const SteadyTime now = steady_now();
  json::array rows;
  for (const auto& group : snapshot->upstreams) rows.push_back(to_json(*group, now));
  return http::json_response(200, json::serialize(rows));
}

}  // namespace bearward::admin
