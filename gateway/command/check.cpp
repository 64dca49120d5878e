#include "command/check.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "command/readable_keys.h"
#include "config/load.h"
#include "rehearsal/review.h"
#include "rehearsal/run_route_tests.h"
#include "snapshot/build_snapshot.h"

namespace bearward::command {
namespace {

boost::json::object to_json(const config::Finding& finding) {
  return {{"file", finding.place.file},
          {"line", finding.place.line},
          {"column", finding.place.column},
          {"severity", finding.severity == config::Severity::error ? "error" : "warning"},
          {"message", finding.message}};
}

void print(const config::Diagnostics& diagnostics, bool json) {
  if (json) {
    boost::json::array findings;
    for (const config::Finding& finding : diagnostics.sorted()) findings.push_back(to_json(finding));
    std::cout << boost::json::serialize(findings) << '\n';
  } else {
    for (const config::Finding& finding : diagnostics.sorted()) std::cout << finding.to_string() << '\n';
  }
  if (diagnostics.omitted() != 0)
    std::cerr << "bearward: " << diagnostics.omitted() << " more findings are not shown\n";
}

}  // namespace

int check(const std::string& config_file, bool json) {
  const config::Sources sources = config::system_sources();
  if (const auto content = sources.read_file(config_file); !content) {
    std::cerr << "bearward: cannot read " << config_file << ": " << content.error().message() << '\n';
    return 2;
  }
  config::Diagnostics diagnostics;
  config::Config config = config::load(config_file, sources, diagnostics);
  const auto snapshot = snapshot::build_snapshot(std::move(config), sources.read_file, diagnostics);
  if (snapshot) {
    rehearsal::report_failures(rehearsal::run_route_tests(*snapshot, unix_now()), diagnostics);
    rehearsal::review(*snapshot, diagnostics);
    warn_of_readable_keys(snapshot->config, diagnostics);
  }
  print(diagnostics, json);
  return diagnostics.has_errors() ? 1 : 0;
}

}  // namespace bearward::command
