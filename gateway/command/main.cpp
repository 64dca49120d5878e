#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include "command/check.h"
#include "command/diff.h"
#include "command/explain.h"
#include "command/key.h"
#include "command/replay.h"
#include "command/routes.h"
#include "command/schema.h"
#include "command/selftest.h"
#include "command/serve.h"
#include "command/test.h"
#include "command/token.h"
#include "command/user.h"

namespace {

/// `--format json|text`, for every subcommand that prints results.
void add_format_option(CLI::App& command, std::string& format) {
  command.add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Bearward: an authentication gateway in front of APIs that cannot protect themselves", "bearward"};
  app.set_version_flag("--version", "bearward " BEARWARD_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  std::string config_file = "config/gateway.yaml";
  app.add_option("-c,--config", config_file, "the configuration")->capture_default_str();

  std::function<int()> chosen;
  std::string format = "text";
  app.add_subcommand("serve",
                     "run the gateway; SIGHUP reloads, SIGUSR2 hands over to a new process, SIGTERM drains and exits")
      ->fallthrough()
      ->callback([&] { chosen = [&] { return bearward::command::serve(config_file, {argv, argv + argc}); }; });
  CLI::App* check = app.add_subcommand("check", "load everything without serving and print every finding");
  add_format_option(*check->fallthrough(), format);
  check->callback([&] { chosen = [&] { return bearward::command::check(config_file, format == "json"); }; });
  CLI::App* routes = app.add_subcommand("routes", "print the table of routes, most specific first");
  add_format_option(*routes->fallthrough(), format);
  routes->callback([&] { chosen = [&] { return bearward::command::routes(config_file, format == "json"); }; });
  std::string schema_of;
  CLI::App* schema = app.add_subcommand("schema", "print the JSON Schema of the configuration, for editors");
  schema->add_option("of", schema_of, "gateway or policy; without it one for either kind of file")
      ->check(CLI::IsMember({"gateway", "policy"}));
  schema->fallthrough()->callback([&] { chosen = [&] { return bearward::command::schema(schema_of); }; });
  bearward::command::add_diff_command(app, chosen);
  bearward::command::add_explain_command(app, config_file, chosen);
  bearward::command::add_key_command(app, config_file, chosen);
  bearward::command::add_replay_command(app, config_file, chosen);
  bearward::command::add_selftest_command(app, config_file, chosen);
  bearward::command::add_test_command(app, config_file, chosen);
  bearward::command::add_token_command(app, config_file, chosen);
  bearward::command::add_user_command(app, config_file, chosen);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    return chosen();
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "bearward: %s\n", exception.what());
    return 2;
  }
}
