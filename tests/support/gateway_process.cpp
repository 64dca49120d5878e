#include "support/gateway_process.h"
#include "support/paths.h"

#include <poll.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>

namespace bearward::testing {
namespace {

void write_file(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    ::poll(nullptr, 0, 3);
  }
  return true;
}

GatewayProcess::GatewayProcess(GatewayConfig config) : config_(std::move(config)), command_{bearward_binary()} {
  write_files();
}

void GatewayProcess::write_files() const {
  for (const auto& [path, content] : config_.files()) write_file(folder() / path, content);
  write_file(folder() / "gateway.yaml", config_.text());
}

std::string GatewayProcess::file_of(std::string_view kind, int number) const {
  return (folder() / (std::string(kind) + std::to_string(number) + ".log")).string();
}

void GatewayProcess::launch() {
  ++starts_;
  std::vector<std::string> command = command_;
  command.insert(command.end(), {"serve", "-c", config_file()});
  process_ = std::make_unique<ChildProcess>(
      command, ChildProcess::Files{"", file_of("output", starts_), file_of("errors", starts_)});
}

void GatewayProcess::start() {
  launch();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!ready()) {
    const auto exit_code = process_->wait(std::chrono::milliseconds(5));
    if (!exit_code && std::chrono::steady_clock::now() < deadline) continue;
    throw std::runtime_error((exit_code ? "the gateway ended with " + std::to_string(*exit_code)
                                        : std::string("the gateway does not get ready")) +
                             "\n" + errors() + output() + config_.text());
  }
}

bool GatewayProcess::ready() const {
  try {
    return admin("GET", "/readyz").status == 200;
  } catch (const std::runtime_error&) {
    return false;  // nobody listens yet
  }
}

std::optional<int> GatewayProcess::stop(std::chrono::milliseconds limit) {
  process_->send_signal(SIGTERM);
  return process_->wait(limit);
}

std::unique_ptr<ChildProcess> GatewayProcess::hand_over() {
  pid_t successor = 0;
  const auto begun = [&] {
    std::ifstream(folder() / "gateway.pid") >> successor;
    return successor != 0 && successor != process_id();
  };
  process_->send_signal(SIGUSR2);
  if (!eventually(begun)) throw std::runtime_error("no other process serves\n" + errors());
  auto adopted = ChildProcess::adopt(successor);
  if (!wait_for_log("hand-over: process " + std::to_string(successor) + " serves")) {
    throw std::runtime_error("the successor does not say that it serves\n" + errors());
  }
  return std::exchange(process_, std::move(adopted));
}

CommandResult GatewayProcess::run(std::vector<std::string> arguments, std::string_view input) const {
  static std::atomic<int> count = 0;
  const int number = ++count;
  const std::string input_file = file_of("command-input", number);
  const std::string output_file = file_of("command-output", number);
  const std::string errors_file = file_of("command-errors", number);
  write_file(input_file, input);
  arguments.insert(arguments.begin(), bearward_binary());
  arguments.insert(arguments.end(), {"-c", config_file()});
  ChildProcess process(arguments, {input_file, output_file, errors_file});
  const auto exit_code = process.wait();
  return {exit_code.value_or(-1), read_file(output_file), read_file(errors_file)};
}

void GatewayProcess::add_user(const std::string& name, std::string_view password,
                              const std::vector<std::string>& further) const {
  std::vector<std::string> arguments{"user", "add", name, "--password-stdin"};
  arguments.insert(arguments.end(), further.begin(), further.end());
  const CommandResult result = run(arguments, std::string(password) + "\n");
  if (result.exit_code != 0) throw std::runtime_error("cannot add " + name + ": " + result.output + result.errors);
}

Response GatewayProcess::admin(std::string_view method, std::string_view target, std::string_view content) const {
  std::string text;
  text.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  if (!content.empty()) text += "Content-Type: application/json\r\n";
  text.append("Content-Length: ").append(std::to_string(content.size())).append("\r\n\r\n").append(content);
  return exchange(config_.admin_port(), text);
}

std::string GatewayProcess::output() const {
  std::string text;
  for (int i = 1; i <= starts_; ++i) text += read_file(file_of("output", i));
  return text;
}

std::string GatewayProcess::errors() const {
  std::string text;
  for (int i = 1; i <= starts_; ++i) text += read_file(file_of("errors", i));
  return text;
}

bool GatewayProcess::wait_for_log(std::string_view text, std::chrono::milliseconds limit) const {
  return eventually(
      [&] { return output().find(text) != std::string::npos || errors().find(text) != std::string::npos; }, limit);
}

}  // namespace bearward::testing
