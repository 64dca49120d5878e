#include "command/test.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>
#include <optional>

#include "command/candidate.h"
#include "rehearsal/coverage.h"
#include "rehearsal/run_route_tests.h"

namespace bearward::command {
namespace {

namespace json = boost::json;
using rehearsal::Coverage;
using rehearsal::RouteTestResult;

struct Options {
  std::string format = "text";
  bool coverage = false;
  std::optional<unsigned> fail_under;

  bool wants_coverage() const { return coverage || fail_under; }
};

json::object place_of(const config::Place& place) {
  return {{"file", place.file}, {"line", place.line}, {"column", place.column}};
}

json::object to_json(const RouteTestResult& result) {
  json::object object = place_of(result.test->place);
  object["test"] = rehearsal::title_of(*result.test);
  object["answer"] = rehearsal::answer_of(result.judgement);
  object["route"] =
      result.judgement.route == nullptr ? json::value(nullptr) : json::value(result.judgement.route->name);
  object["message"] = result.failure;
  return object;
}

json::object to_json(const Coverage& coverage) {
  json::array missing;
  for (const rehearsal::Uncovered& each : coverage.missing) {
    json::object object = place_of(each.place);
    object["route"] = each.route;
    object["message"] = each.what;
    missing.push_back(std::move(object));
  }
  return {{"percent", coverage.percent()}, {"reached", coverage.reached}, {"all", coverage.all}, {"missing", missing}};
}

void print_json(const std::vector<RouteTestResult>& results, std::size_t failed,
                const std::optional<Coverage>& coverage) {
  json::array failures;
  for (const RouteTestResult& result : results) {
    if (!result.passed()) failures.push_back(to_json(result));
  }
  json::object report{{"passed", results.size() - failed}, {"failed", failed}, {"failures", std::move(failures)}};
  if (coverage) report["coverage"] = to_json(*coverage);
  std::cout << json::serialize(report) << '\n';
}

void print_text(const std::vector<RouteTestResult>& results, std::size_t failed,
                const std::optional<Coverage>& coverage) {
  for (const RouteTestResult& result : results) {
    if (result.passed()) continue;
    std::cout << rehearsal::line_of(result.test->place) << ": " << rehearsal::title_of(*result.test) << ": "
              << result.failure << '\n';
  }
  if (coverage) {
    for (const rehearsal::Uncovered& each : coverage->missing) {
      std::cout << rehearsal::line_of(each.place) << ": not covered: route \"" << each.route << "\": " << each.what
                << '\n';
    }
    std::cout << "coverage " << coverage->percent() << "%: " << coverage->reached << " of " << coverage->all
              << " routes and branches\n";
  }
  std::cout << results.size() - failed << " passed, " << failed << " failed\n";
}

int test(const std::string& config_file, const Options& options) {
  const auto snapshot = load_candidate(config_file);
  if (!snapshot) return could_not_run;
  const std::vector<RouteTestResult> results = rehearsal::run_route_tests(*snapshot, unix_now());
  std::size_t failed = 0;
  for (const RouteTestResult& result : results) failed += result.passed() ? 0 : 1;
  std::optional<Coverage> coverage;
  if (options.wants_coverage()) coverage = rehearsal::coverage_of(*snapshot, results);
  options.format == "json" ? print_json(results, failed, coverage) : print_text(results, failed, coverage);
  if (options.fail_under && coverage->percent() < *options.fail_under) {
    std::cerr << "bearward: the tests cover " << coverage->percent() << "%, less than " << *options.fail_under << "%\n";
    return answer_is_no;
  }
  return failed == 0 ? good : answer_is_no;
}

}  // namespace

void add_test_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("test", "run the tests: of the policy files; closes with N passed, N failed");
  command->fallthrough();
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_flag("--coverage", options->coverage,
                    "also list the routes and branches of access that no test reaches");
  command->add_option("--fail-under", options->fail_under, "exit 1 when less than this percentage of them is reached")
      ->check(CLI::Range(0, 100));
  command->callback(
      [&config_file, &chosen, options] { chosen = [&config_file, options] { return test(config_file, *options); }; });
}

}  // namespace bearward::command
