#include "rehearsal/run_route_tests.h"

#include "http/field_syntax.h"
#include "rehearsal/hypothetical_caller.h"

namespace bearward::rehearsal {
namespace {

using config::RouteTest;

std::string expected_of(const RouteTest& test) {
  switch (test.expect) {
    case RouteTest::Expect::allow:
      return "allow";
    case RouteTest::Expect::gateway:
      return "gateway";
    case RouteTest::Expect::status:
      break;
  }
  return std::to_string(test.status);
}

/// The lines of an upstream's head after the request line.
std::vector<std::pair<std::string_view, std::string_view>> fields_of(std::string_view head) {
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  head.remove_prefix(std::min(head.find("\r\n"), head.size()));
  while (head.size() > 2) {
    head.remove_prefix(2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size());
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos) fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return fields;
}

std::string failure_of_field(const std::string& name, const std::string& wanted, std::string_view head) {
  std::string seen;
  std::size_t count = 0;
  for (const auto& [each, value] : fields_of(head)) {
    if (!http::folded_equal(each, name)) continue;
    seen += (count++ == 0 ? "" : "\" and \"") + std::string(value);
  }
  if (count == 1 && seen == wanted) return {};
  return "expected the upstream to get " + name + " \"" + wanted + "\", it gets " +
         (count == 0 ? "none" : "\"" + seen + "\"");
}

std::string failure_of_absent(const std::string& name, std::string_view head) {
  for (const auto& [each, value] : fields_of(head)) {
    if (http::folded_equal(each, name)) {
      return "expected the upstream to get no " + name + ", it gets " + std::string(each) + " \"" + std::string(value) +
             "\"";
    }
  }
  return {};
}

std::string failure_of(const RouteTest& test, const Judgement& judgement) {
  const std::string came = answer_of(judgement);
  if (came != expected_of(test))
    return "expected " + expected_of(test) + ", came " + came + ": " + reason_of(judgement);
  if (!judgement.allowed()) return {};
  if (!test.upstream.empty() && test.upstream != judgement.route->upstream) {
    return "expected upstream " + test.upstream + ", came " + judgement.route->upstream + ": " + reason_of(judgement);
  }
  for (const auto& [name, value] : test.headers) {
    if (auto failure = failure_of_field(name, value, judgement.upstream_head); !failure.empty()) return failure;
  }
  for (const std::string& name : test.without) {
    if (auto failure = failure_of_absent(name, judgement.upstream_head); !failure.empty()) return failure;
  }
  return {};
}

RouteTestResult run(const snapshot::Snapshot& snapshot, const RouteTest& test, UnixTime now) {
  const UnixTime time = test.time.value_or(now);
  const Question question{test.method, test.target, test.sends, test.client_ip, time, test.client_certificate};
  RouteTestResult result{&test, {}, {}};
  Result<Caller, std::string> caller = test.as ? hypothetical_caller(*test.as, snapshot.config.tokens, time) : nobody();
  if (!caller) {
    result.failure = "as: " + caller.error();
    return result;
  }
  result.judgement = judge(snapshot, question, *caller);
  result.failure = failure_of(test, result.judgement);
  return result;
}

}  // namespace

std::vector<RouteTestResult> run_route_tests(const snapshot::Snapshot& snapshot, UnixTime now) {
  std::vector<RouteTestResult> results;
  results.reserve(snapshot.config.route_tests.size());
  for (const RouteTest& test : snapshot.config.route_tests) results.push_back(run(snapshot, test, now));
  return results;
}

void report_failures(const std::vector<RouteTestResult>& results, config::Diagnostics& diagnostics) {
  for (const RouteTestResult& result : results) {
    if (!result.passed())
      diagnostics.error(result.test->place, "test " + title_of(*result.test) + ": " + result.failure);
  }
}

std::string title_of(const RouteTest& test) {
  std::string title = test.method + " " + test.target;
  if (test.as) title += " as " + std::string(test.as->at("sub").as_string());
  return title;
}

}  // namespace bearward::rehearsal
