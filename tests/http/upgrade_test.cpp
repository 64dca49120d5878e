#include "http/upgrade.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "http/field_syntax.h"

namespace bearward::http {
namespace {

using Lines = std::vector<std::pair<std::string_view, std::string_view>>;

std::vector<Field> fields_of(const Lines& lines) {
  std::vector<Field> fields;
  for (const auto& [name, value] : lines) {
    const std::uint32_t hash = folded_hash(name);
    fields.push_back({name, value, hash, identify(name, hash)});
  }
  return fields;
}

TEST(RequestedProtocol, IsWhatEveryServerReadsAlike) {
  struct Case {
    Lines lines;
    std::string_view protocol;
  };
  const Case cases[] = {
      {{{"Connection", "upgrade"}, {"Upgrade", "websocket"}}, "websocket"},
      {{{"Connection", "keep-alive"}, {"connection", ", Upgrade"}, {"UPGRADE", "IRC/6.9"}}, "IRC/6.9"},
      {{{"Connection", "upgrade"}}, ""},
      {{{"Upgrade", "websocket"}}, ""},
      {{{"Connection", "xupgrade"}, {"Upgrade", "websocket"}}, ""},
      {{{"Connection", "upgrade"}, {"Upgrade", "a, b"}}, ""},
      {{{"Connection", "upgrade"}, {"Upgrade", "a"}, {"Upgrade", "a"}}, ""},
      {{{"Connection", "upgrade"}, {"Upgrade", "a"}, {"Upgrade", ""}}, ""},
      {{{"Connection", "upgrade"}, {"Upgrade", "/1"}}, ""},
      {{{"Connection", "upgrade"}, {"Upgrade", "a/1/2"}}, ""},
      {{{"Connection", "upgrade"}, {"Upgrade", "h2c"}}, ""},
      {{{"Connection", "upgrade"}, {"Upgrade", "http/3"}}, ""},
  };
  for (const Case& c : cases) {
    const std::vector<Field> fields = fields_of(c.lines);
    RequestHead head;
    head.fields = fields;
    EXPECT_EQ(requested_protocol(head), c.protocol) << fields.back().value;
    head.version = Version::http1_0;
    EXPECT_EQ(requested_protocol(head), "");
  }
}

TEST(CarriesHttp, KnowsEveryNameOfIt) {
  for (const char* name : {"h2c", "H2C", "h2", "h3", "HTTP/2.0", "http/1.1", "HTTP", "TLS/1.2", "tls"}) {
    EXPECT_TRUE(carries_http(name)) << name;
  }
  for (const char* name : {"websocket", "tcp", "httpx", "h2cx", "a/h2c"}) EXPECT_FALSE(carries_http(name)) << name;
}

TEST(SwitchesTo, WhatWasAskedForAlone) {
  EXPECT_TRUE(switches_to(fields_of({{"Upgrade", "WebSocket"}}), "websocket"));
  EXPECT_FALSE(switches_to(fields_of({{"Upgrade", "websocket/13"}}), "websocket"));
  EXPECT_FALSE(switches_to(fields_of({{"Upgrade", "websocket"}, {"Upgrade", "websocket"}}), "websocket"));
  EXPECT_FALSE(switches_to(fields_of({{"X", "websocket"}}), "websocket"));
}

}  // namespace
}  // namespace bearward::http
