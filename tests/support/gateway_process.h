#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/child_process.h"
#include "support/gateway_config.h"
#include "support/http_client.h"
#include "support/temporary_directory.h"

namespace bearward::testing {

/// The built binary, serving a configuration of its own in a temporary folder.
class GatewayProcess {
 public:
  explicit GatewayProcess(GatewayConfig config);

  /// Serves; returns when /readyz answers 200. Throws with what the gateway said when it does not.
  void start();
  /// The same without waiting for anything.
  void launch();
  /// SIGTERM; the exit code, or nullopt when it still runs after `limit`.
  std::optional<int> stop(std::chrono::milliseconds limit = patience);
  std::optional<int> wait_for_exit(std::chrono::milliseconds limit = patience) { return process_->wait(limit); }
  /// SIGUSR2; returns the process that was running once another serves, whom all calls here mean from then on. The
  /// configuration has `pid_file: gateway.pid`.
  std::unique_ptr<ChildProcess> hand_over();
  /// What `serve -c FILE` follows, instead of the binary that was built.
  void use_command(std::vector<std::string> command) { command_ = std::move(command); }
  void send_signal(int signal) const { process_->send_signal(signal); }
  pid_t process_id() const { return process_->id(); }

  /// Change it, then `write_files` and `reload` (or SIGHUP).
  GatewayConfig& config() { return config_; }
  void write_files() const;

  std::uint16_t port() const { return config_.port(); }
  std::uint16_t tls_port() const { return config_.tls_port(); }
  std::filesystem::path folder() const { return folder_.path(); }
  std::string config_file() const { return (folder() / "gateway.yaml").string(); }

  /// `bearward ARGUMENTS -c FILE`, beside the running gateway.
  CommandResult run(std::vector<std::string> arguments, std::string_view input = "") const;
  /// `bearward user add`; throws when that fails. `further` such as {"--roles", "admin"}.
  void add_user(const std::string& name, std::string_view password, const std::vector<std::string>& further = {}) const;

  /// A request to the admin listener, with a Host that it takes.
  Response admin(std::string_view method, std::string_view target, std::string_view content = "") const;
  Response reload() const { return admin("POST", "/v1/reload"); }

  /// The access log (standard output) and the log (standard error) of all starts so far.
  std::string output() const;
  std::string errors() const;
  /// Waits until `text` stands in either.
  bool wait_for_log(std::string_view text, std::chrono::milliseconds limit = patience) const;

 private:
  bool ready() const;
  std::string file_of(std::string_view kind, int number) const;

  GatewayConfig config_;
  TemporaryDirectory folder_;
  std::vector<std::string> command_;
  std::unique_ptr<ChildProcess> process_;
  int starts_ = 0;
};

/// Waits until `condition` holds, asking again every few milliseconds. For what no event tells.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = patience);

}  // namespace bearward::testing
