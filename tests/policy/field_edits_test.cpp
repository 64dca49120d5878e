#include "policy/field_edits.h"

#include <gtest/gtest.h>

#include <array>

#include "policy/samples.h"

namespace bearward::policy {
namespace {

TEST(FieldEdits, DropWhatIsRemovedOrReplacedAndWriteWhatIsSet) {
  config::Diagnostics diagnostics;
  const auto edits = FieldEdits::compile({{{"X-Office", "back"}, {"X-Empty", ""}}, {"X-Debug"}}, "request_headers",
                                         nullptr, sample_place, diagnostics);
  ASSERT_FALSE(diagnostics.has_errors()) << text_of(diagnostics);
  EXPECT_FALSE(edits.empty());
  for (const char* name : {"X-Office", "x_office", "X-DEBUG", "X.Debug", "x-empty"}) {
    EXPECT_TRUE(edits.drops(field_of(name))) << name;
  }
  EXPECT_FALSE(edits.drops(field_of("X-Other")));
  std::array<char, 256> room;
  http::HeadWriter head(room);
  edits.write(head);
  EXPECT_EQ(head.written(), "X-Office: back\r\nX-Empty: \r\n");
}

TEST(FieldEdits, NoneDropAndWriteNothing) {
  const FieldEdits edits;
  EXPECT_TRUE(edits.empty());
  EXPECT_FALSE(edits.drops(field_of("X-Any")));
}

TEST(FieldEdits, RefuseWhatNoConfigurationMaySet) {
  FieldNameSet identity;
  identity.insert("X-Forwarded-User");
  struct Case {
    const char* name;
    config::FieldEdits edits;
    const char* says;
  };
  const Case cases[] = {
      {"no field name", {{{"X Office", "a"}}, {}}, "X Office"},
      {"an empty name", {{}, {""}}, "expected letters"},
      {"message framing", {{{"Content-Length", "1"}}, {}}, "gateway itself"},
      {"message framing in another spelling", {{{"transfer_encoding", "chunked"}}, {}}, "gateway itself"},
      {"removing a hop-by-hop field", {{}, {"Connection"}}, "gateway itself"},
      {"a forwarding field", {{{"X-Forwarded-For", "127.0.0.1"}}, {}}, "gateway itself"},
      {"an identity field", {{{"X-Forwarded-User", "root"}}, {}}, "identity field"},
      {"an identity field in another spelling", {{{"x_forwarded_user", "root"}}, {}}, "identity field"},
      {"a line break in a value", {{{"X-A", "a\r\nX-Forwarded-User: root"}}, {}}, "control character"},
      {"white space around a value", {{{"X-A", " a"}}, {}}, "white space"},
      {"one name set twice", {{{"X-A", "1"}, {"x_a", "2"}}, {}}, "twice"},
      {"one name set and removed", {{{"X-A", "1"}}, {"X-A"}}, "twice"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    config::Diagnostics diagnostics;
    FieldEdits::compile(c.edits, "request_headers", &identity, sample_place, diagnostics);
    const std::string found = text_of(diagnostics);
    EXPECT_NE(found.find(c.says), std::string::npos) << found;
    EXPECT_TRUE(found.starts_with("routes.yaml:7:3: error: request_headers: ")) << found;
  }
}

}  // namespace
}  // namespace bearward::policy
