#include "command/selftest.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <iostream>
#include <memory>

#include "command/candidate.h"
#include "probe/selftest.h"

namespace bearward::command {
namespace {

namespace json = boost::json;
using probe::Breach;
using probe::SelftestReport;

struct Options {
  probe::SelftestOptions how;
  std::string format = "text";
};

void print_text(const SelftestReport& report) {
  for (const Breach& breach : report.failed) {
    std::cout << (breach.route.empty() ? "any route" : breach.route) << " on " << breach.listener << ": "
              << breach.trick << ": " << breach.request << ": expected a refusal, came " << breach.came << '\n';
  }
  std::cout << report.routes << " routes tried";
  if (report.routes_skipped != 0) std::cout << ", " << report.routes_skipped << " not (see --routes)";
  std::cout << '\n' << report.passed << " passed, " << report.failed.size() << " failed\n";
}

void print_json(const SelftestReport& report) {
  json::array failures;
  for (const Breach& breach : report.failed) {
    failures.push_back(json::object{{"listener", breach.listener},
                                    {"route", breach.route.empty() ? json::value(nullptr) : json::value(breach.route)},
                                    {"trick", breach.trick},
                                    {"request", breach.request},
                                    {"came", breach.came}});
  }
  const json::object object{{"passed", report.passed},
                            {"failed", report.failed.size()},
                            {"routes_tried", report.routes},
                            {"routes_not_tried", report.routes_skipped},
                            {"failures", std::move(failures)}};
  std::cout << json::serialize(object) << '\n';
}

int selftest(const std::string& config_file, const Options& options) {
  const auto snapshot = load_candidate(config_file);
  if (!snapshot) return could_not_run;
  std::signal(SIGPIPE, SIG_IGN);  // a gateway that ends a connection is an answer
  const auto report = probe::selftest(*snapshot, options.how, unix_now());
  if (!report) return cannot_run(report.error() + "; selftest needs the gateway to run with this configuration");
  options.format == "json" ? print_json(*report) : print_text(*report);
  return report->failed.empty() ? good : answer_is_no;
}

}  // namespace

void add_selftest_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("selftest", "send spoofing, smuggling, path and token tricks to the running gateway");
  command->fallthrough();
  command->add_option("--ca", options->how.ca_file, "PEM file of who vouches for the gateway's certificate");
  command->add_option("--server-name", options->how.server_name, "the name that its certificate has to be for");
  command->add_flag("--insecure", options->how.insecure,
                    "look at no certificate; on loopback addresses this is so without --ca");
  command->add_option("--routes", options->how.most_routes, "how many routes are tried at most")->capture_default_str();
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->callback([&config_file, &chosen, options] {
    chosen = [&config_file, options] { return selftest(config_file, *options); };
  });
}

}  // namespace bearward::command
