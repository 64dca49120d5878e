#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/site.h"

namespace bearward::testing {

/// Requests that attackers of proxies are known to send. What stands behind each is a whole request for
/// `/public/smuggled`.
template <class Suite>
class Attacking : public SharedSiteTest<Suite> {
 public:
  static void configure(GatewayConfig& config) { config.set("limits", "{request_body: 1MiB}"); }

 protected:
  struct Case {
    std::string name;
    std::string bytes;
    int status = 400;
  };

  using SharedSiteTest<Suite>::client;
  using SharedSiteTest<Suite>::upstream;

  /// Refused before anything reached the upstream; what stands behind is not looked at.
  static void expect_refused(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
      SCOPED_TRACE(c.name);
      upstream().start_over();
      RawClient connection = client();
      connection.send(c.bytes + smuggled);
      const Response response = connection.read_response();
      EXPECT_EQ(response.status, c.status);
      EXPECT_EQ(response.field("Connection"), "close");
      EXPECT_NE(connection.wait_for_end(), Ending::open);
      EXPECT_EQ(upstream().received_bytes(), 0U);
    }
  }

  /// Its head was good, its content is not: the upstream never has the whole of it, nor what stands behind.
  static void expect_cut(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
      SCOPED_TRACE(c.name);
      upstream().start_over();
      RawClient connection = client();
      connection.send(c.bytes + smuggled);
      EXPECT_EQ(connection.read_response().status, c.status);
      EXPECT_NE(connection.wait_for_end(), Ending::open);
      ASSERT_TRUE(upstream().wait_for_requests(1));
      for (const RecordedRequest& each : upstream().requests()) {
        EXPECT_EQ(each.target, "/public/x");
        EXPECT_FALSE(each.complete);
      }
    }
  }

  inline static const std::string smuggled = "GET /public/smuggled HTTP/1.1\r\nHost: gateway.test\r\n\r\n";
};

inline std::string post(const std::string& fields, const std::string& content = "") {
  return "POST /public/x HTTP/1.1\r\nHost: gateway.test\r\n" + fields + "\r\n" + content;
}
inline std::string get(const std::string& target, const std::string& fields = "Host: gateway.test\r\n") {
  return "GET " + target + " HTTP/1.1\r\n" + fields + "\r\n";
}

}  // namespace bearward::testing
