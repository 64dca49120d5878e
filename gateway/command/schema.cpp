#include "command/schema.h"

#include <boost/json/serialize.hpp>
#include <iostream>

#include "config/schema.h"

namespace bearward::command {

int schema(const std::string& what) {
  const auto of = what == "gateway"  ? config::SchemaOf::gateway
                  : what == "policy" ? config::SchemaOf::policy
                                     : config::SchemaOf::either;
  std::cout << boost::json::serialize(config::json_schema(of)) << '\n';
  return 0;
}

}  // namespace bearward::command
