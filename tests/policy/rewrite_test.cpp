#include "policy/rewrite.h"

#include <gtest/gtest.h>

namespace bearward::policy {
namespace {

TEST(StripPrefix, CutsWholeSegmentsOnly) {
  struct Case {
    const char* name;
    const char* path;
    const char* prefix;
    const char* result;
  };
  const Case cases[] = {
      {"a path below", "/backoffice/x", "/backoffice", "/x"},
      {"the prefix itself", "/backoffice", "/backoffice", "/"},
      {"the prefix with a slash", "/backoffice/", "/backoffice", "/"},
      {"two segments", "/a/b/c/d", "/a/b", "/c/d"},
      {"a longer segment stays", "/backofficer/x", "/backoffice", "/backofficer/x"},
      {"a path without it stays", "/x", "/backoffice", "/x"},
      {"another case stays", "/Backoffice/x", "/backoffice", "/Backoffice/x"},
      {"deeper down stays", "/x/backoffice", "/backoffice", "/x/backoffice"},
      {"no prefix", "/x", "", "/x"},
      {"an escape means the character", "/a%3Ab/c", "/a:b", "/c"},
      {"what remains is left as it is", "/p/a%20b", "/p", "/a%20b"},
      {"an escaped slash is no boundary", "/p%2Fx", "/p", "/p%2Fx"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(strip_prefix(c.path, c.prefix), c.result);
  }
}

}  // namespace
}  // namespace bearward::policy
