#include "http/trace_context.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/field_syntax.h"

namespace bearward::http {
namespace {

const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string parent = "00f067aa0ba902b7";

TEST(IsTraceparent, GoesByTheLetter) {
  struct Case {
    const char* name;
    std::string value;
    bool good;
  };
  const Case cases[] = {
      {"version 0", "00-" + trace + "-" + parent + "-01", true},
      {"a version to come", "cc-" + trace + "-" + parent + "-01", true},
      {"a version to come, and more", "cc-" + trace + "-" + parent + "-01-what-the-future-brings", true},
      {"a version to come, and more without a dash", "cc-" + trace + "-" + parent + "-01.x", false},
      {"version 0, and more", "00-" + trace + "-" + parent + "-01-x", false},
      {"version ff", "ff-" + trace + "-" + parent + "-01", false},
      {"capitals", "00-4BF92F3577b34da6a3ce929d0e0e4736-" + parent + "-01", false},
      {"a trace of zeros", "00-" + std::string(32, '0') + "-" + parent + "-01", false},
      {"a parent of zeros", "00-" + trace + "-" + std::string(16, '0') + "-01", false},
      {"flags that are no number", "00-" + trace + "-" + parent + "-0x", false},
      {"too short", "00-" + trace + "-" + parent + "-0", false},
      {"another mark", "00_" + trace + "-" + parent + "-01", false},
      {"empty", "", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(is_traceparent(c.value), c.good);
  }
}

Field field(std::string_view name, std::string_view value) {
  const std::uint32_t hash = folded_hash(name);
  return {name, value, hash, identify(name, hash)};
}

TEST(TraceContext, IsKeptWholeOrDropped) {
  const std::string good = "00-" + trace + "-" + parent + "-01";
  const Field state = field("tracestate", "a=1");
  const Field other = field("X-Trace", "x");
  const auto kept = [&](std::vector<Field> fields) {
    fields.push_back(state);
    const TraceContext context(fields);
    EXPECT_FALSE(context.drops(other));
    EXPECT_EQ(context.drops(state), context.drops(field("TraceParent", good)));
    return !context.drops(state);
  };
  EXPECT_TRUE(kept({field("traceparent", good)}));
  EXPECT_TRUE(kept({field("Traceparent", good), other}));
  EXPECT_FALSE(kept({}));
  EXPECT_FALSE(kept({field("traceparent", "00")}));
  EXPECT_FALSE(kept({field("traceparent", good), field("TRACEPARENT", good)}));
  EXPECT_FALSE(kept({field("traceparent", "00"), field("traceparent", good), field("traceparent", good)}));
}

}  // namespace
}  // namespace bearward::http
