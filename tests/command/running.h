#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/child_process.h"
#include "support/paths.h"
#include "support/temporary_directory.h"

namespace bearward::command::test {

/// A folder with a small configuration that has nothing wrong with it.
class Site {
 public:
  Site() {
    folder_.write("secret.txt", "0123456789abcdef0123456789abcdef\n");
    folder_.write(
        "gateway.yaml",
        "listeners: [{name: plain, address: 127.0.0.1:18080}]\n"
        "tokens: {issuer: i, audience: a, signing_keys: [{kid: k, algorithm: HS256, secret: {file: secret.txt}}]}\n"
        "users: {store: sqlite:users.db}\n"
        "upstreams: {legacy: {targets: http://127.0.0.1:9000}}\n"
        "policies: [policies/*.yaml]\n");
    folder_.write(
        "policies/routes.yaml",
        "routes:\n"
        "  - {name: all, match: {path: /api/**}, upstream: legacy}\n"
        "  - {name: one, match: {host: a.test, path: \"/api/{id}\", methods: [GET, POST]}, upstream: legacy,\n"
        "     access: {any: [{claims: {sub: \"{id}\"}}, {roles: [admin]}]}}\n");
  }

  const testing::TemporaryDirectory& folder() const { return folder_; }
  std::string file(std::string_view name) const { return folder_.file(name); }

  /// Runs the built program with these arguments to its end.
  testing::CommandResult run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), testing::bearward_binary());
    testing::ChildProcess process{arguments, {"", file("out"), file("err")}};
    testing::CommandResult result;
    result.exit_code = process.wait().value_or(-1);
    result.output = content_of("out");
    result.errors = content_of("err");
    return result;
  }

 private:
  std::string content_of(std::string_view name) const {
    std::stringstream content;
    content << std::ifstream{file(name)}.rdbuf();
    return content.str();
  }

  testing::TemporaryDirectory folder_;
};

}  // namespace bearward::command::test
