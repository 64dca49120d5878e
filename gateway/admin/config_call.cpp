#include "admin/config_call.h"

#include <boost/json/serialize.hpp>

#include "admin/config_json.h"
#include "http/problem.h"

namespace bearward::admin {

http::Response answer_config(const Running& running) {
  const std::shared_ptr<const snapshot::Snapshot> snapshot = running();
  return http::json_response(200, boost::json::serialize(config_json(snapshot->config)));
}

}  // namespace bearward::admin
