#include "command/serve.h"

#include <csignal>
#include <cstdio>
#include <utility>

#include "app/gateway.h"
#include "app/inherited_sockets.h"
#include "telemetry/log.h"

namespace bearward::command {
namespace {

telemetry::Level to_level(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::debug:
      return telemetry::Level::debug;
    case config::LogLevel::info:
      return telemetry::Level::info;
    case config::LogLevel::warning:
      return telemetry::Level::warning;
    case config::LogLevel::error:
      break;
  }
  return telemetry::Level::error;
}

}  // namespace

int serve(const std::string& config_file, std::vector<std::string> command) {
  // Until the gateway listens to them: who reloads or hands over too early must not end the start.
  std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGUSR2, SIG_IGN);
  app::InheritedSockets inherited = app::InheritedSockets::from_environment();
  app::Loaded loaded = app::load_snapshot(config_file, nullptr);
  for (const config::Finding& finding : loaded.findings) std::fprintf(stderr, "%s\n", finding.to_string().c_str());
  if (!loaded.snapshot) return 2;
  std::signal(SIGPIPE, SIG_IGN);

  const config::Log& log = loaded.snapshot->config.log;
  telemetry::start_log(to_level(log.level), log.format == config::LogFormat::json);
  {
    app::Gateway gateway(config_file, std::move(loaded), std::move(inherited), std::move(command));
    gateway.run();
  }
  telemetry::stop_log();
  return 0;
}

}  // namespace bearward::command
