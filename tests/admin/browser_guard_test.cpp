#include "admin/browser_guard.h"

#include <gtest/gtest.h>

#include "support/made_request.h"

namespace bearward::admin {
namespace {

TEST(BrowserGuard, KeepsPagesOut) {
  struct Case {
    const char* name;
    const char* host;
    const char* port;
    testing::MadeRequest::FieldLines lines;
    bool good;
  };
  const Case cases[] = {
      {"a tool, by IPv4", "127.0.0.1", "19901", {}, true},
      {"a tool, by IPv6", "[::1]", "19901", {}, true},
      {"a tool, as localhost", "localhost", "19901", {}, true},
      {"a tool of HTTP/1.0 without a Host", "", "", {}, true},
      {"a name, as after DNS rebinding", "evil.example", "19901", {}, false},
      {"a name that begins like localhost", "localhost.evil.example", "19901", {}, false},
      {"a name that begins like an address", "127.0.0.1.evil.example", "19901", {}, false},
      {"a page of another origin", "127.0.0.1", "19901", {{"Origin", "https://evil.example"}}, false},
      {"a page without an origin", "127.0.0.1", "19901", {{"origin", "null"}}, false},
      {"a page of another port", "127.0.0.1", "19901", {{"Origin", "http://127.0.0.1:8080"}}, false},
      {"a page of another scheme", "127.0.0.1", "19901", {{"Origin", "https://127.0.0.1:19901"}}, false},
      {"a page of ours", "127.0.0.1", "19901", {{"Origin", "http://127.0.0.1:19901"}}, true},
      {"a page of ours on port 80", "127.0.0.1", "80", {{"Origin", "http://127.0.0.1"}}, true},
      {"two origins, one of them ours",
       "127.0.0.1",
       "19901",
       {{"Origin", "http://127.0.0.1:19901"}, {"Origin", "https://evil.example"}},
       false},
      {"a rebound page of its own origin", "evil.example", "19901", {{"Origin", "http://evil.example:19901"}}, false},
      {"another site, by Sec-Fetch-Site", "127.0.0.1", "19901", {{"Sec-Fetch-Site", "cross-site"}}, false},
      {"another port of ours, by Sec-Fetch-Site", "127.0.0.1", "19901", {{"sec-fetch-site", "same-site"}}, false},
      {"an address typed in a browser", "127.0.0.1", "19901", {{"Sec-Fetch-Site", "none"}}, true},
      {"our own page, by Sec-Fetch-Site", "127.0.0.1", "19901", {{"Sec-Fetch-Site", "same-origin"}}, true}};
  for (const Case& c : cases) {
    testing::MadeRequest request("POST", "/v1/reload", c.lines);
    request.head.authority = {.host = c.host, .port = c.port};
    EXPECT_EQ(!problem_with_browser(request.head).has_value(), c.good) << c.name;
  }
}

}  // namespace
}  // namespace bearward::admin
