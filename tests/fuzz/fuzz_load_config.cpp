// The loader on any two files: gateway.yaml, a line `---8<---`, a policy file. It may refuse them with findings; it
// may not crash, hang, or find an error at a place that is none.
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/loading.h"
#include "fuzz/fuzz_target.h"
#include "policy/compile_routes.h"
#include "policy/route_table.h"

namespace bearward {
namespace {

constexpr std::string_view cut = "---8<---\n";

void check(const config::Finding& finding) {
  if (finding.place.file.empty() || finding.place.line < 1 || finding.message.empty()) std::abort();
}

}  // namespace

void fuzz(std::string_view input) {
  config::test::World world = config::test::small_world();
  const std::size_t at = input.find(cut);
  world.files["/etc/bearward/gateway.yaml"] = input.substr(0, at);
  if (at != input.npos) world.files["/etc/bearward/policy.yaml"] = input.substr(at + cut.size());
  config::Diagnostics diagnostics;
  const config::Config config = config::load("/etc/bearward/gateway.yaml", world.sources(), diagnostics);
  policy::RouteTable::compile(policy::compile_routes(config, diagnostics), diagnostics);
  for (const config::Finding& finding : diagnostics.sorted()) check(finding);
}

}  // namespace bearward
