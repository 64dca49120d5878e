#include "transport/proxy_protocol.h"

#include <gtest/gtest.h>

#include <string>

namespace bearward::transport {
namespace {

using namespace std::string_literals;

const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;
const std::string v4_block = "\xcb\x00\x71\x07\xc0\x00\x02\x01\x9c\x40\x01\xbb"s;  // 203.0.113.7:40000 192.0.2.1:443

std::string version_2(char command, char family, const std::string& block) {
  return signature + command + family + static_cast<char>(block.size() >> 8U) + static_cast<char>(block.size() & 255U) +
         block;
}

/// "SOURCE:PORT>DESTINATION:PORT", "its own" where no address is told, "more" where bytes lack, or "bad".
std::string read(std::string_view received) {
  const auto parsed = parse_proxy_header(received);
  if (!parsed) return "bad";
  if (!*parsed) return "more";
  const auto& told = (*parsed)->endpoints;
  if (!told) return "its own";
  return told->source.to_string() + ":" + std::to_string(told->source_port) + ">" + told->destination.to_string() +
         ":" + std::to_string(told->destination_port);
}

TEST(ParseProxyHeader, ReadsVersion1ToTheLetter) {
  struct Case {
    const char* name;
    std::string line;
    const char* expected;
  };
  const std::string most = "PROXY UNKNOWN " + std::string(91, 'f') + "\r\n";
  ASSERT_EQ(most.size(), 107U);
  const Case cases[] = {
      {"IPv4", "PROXY TCP4 203.0.113.7 192.0.2.1 40000 443\r\n", "203.0.113.7:40000>192.0.2.1:443"},
      {"the least", "PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "0.0.0.0:0>0.0.0.0:0"},
      {"IPv6", "PROXY TCP6 2001:db8::7 2001:db8::1 65535 443\r\n", "2001:db8::7:65535>2001:db8::1:443"},
      {"unknown", "PROXY UNKNOWN\r\n", "its own"},
      {"unknown, and more", "PROXY UNKNOWN ffff::1 ffff::2 1 x\r\n", "its own"},
      {"unknown, 107 bytes", most, "its own"},
      {"108 bytes", "PROXY UNKNOWN " + std::string(92, 'f') + "\r\n", "bad"},
      {"endless", "PROXY UNKNOWN " + std::string(400, 'f'), "bad"},
      {"nothing yet", "", "more"},
      {"a beginning", "PRO", "more"},
      {"no line end yet", "PROXY TCP4 203.0.113.7 192.0.2.1 40000 443\r", "more"},
      {"LF alone", "PROXY TCP4 203.0.113.7 192.0.2.1 40000 443\n", "bad"},
      {"CR inside", "PROXY UNKNOWN \r \r\n", "bad"},
      {"lower case", "proxy TCP4 203.0.113.7 192.0.2.1 40000 443\r\n", "bad"},
      {"lower-case family", "PROXY tcp4 203.0.113.7 192.0.2.1 40000 443\r\n", "bad"},
      {"another family", "PROXY UDP4 203.0.113.7 192.0.2.1 40000 443\r\n", "bad"},
      {"a family that begins as one", "PROXY UNKNOWNS\r\n", "bad"},
      {"no family", "PROXY \r\n", "bad"},
      {"two spaces", "PROXY TCP4  203.0.113.7 192.0.2.1 40000 443\r\n", "bad"},
      {"a space at the end", "PROXY TCP4 203.0.113.7 192.0.2.1 40000 443 \r\n", "bad"},
      {"a tab", "PROXY TCP4\t203.0.113.7 192.0.2.1 40000 443\r\n", "bad"},
      {"a port less", "PROXY TCP4 203.0.113.7 192.0.2.1 40000\r\n", "bad"},
      {"an empty port", "PROXY TCP4 203.0.113.7 192.0.2.1 40000 \r\n", "bad"},
      {"a port with leading zero", "PROXY TCP4 203.0.113.7 192.0.2.1 040 443\r\n", "bad"},
      {"a port too large", "PROXY TCP4 203.0.113.7 192.0.2.1 65536 443\r\n", "bad"},
      {"a port with a sign", "PROXY TCP4 203.0.113.7 192.0.2.1 +40 443\r\n", "bad"},
      {"an address with leading zero", "PROXY TCP4 203.0.113.07 192.0.2.1 40000 443\r\n", "bad"},
      {"three numbers", "PROXY TCP4 203.0.113 192.0.2.1 40000 443\r\n", "bad"},
      {"IPv6 as TCP4", "PROXY TCP4 2001:db8::7 192.0.2.1 40000 443\r\n", "bad"},
      {"IPv4 as TCP6", "PROXY TCP6 2001:db8::7 192.0.2.1 40000 443\r\n", "bad"},
      {"a zone", "PROXY TCP6 fe80::1%eth0 2001:db8::1 40000 443\r\n", "bad"},
      {"HTTP", "GET / HTTP/1.1\r\n", "bad"},
      {"TLS", "\x16\x03\x01\x02", "bad"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(read(c.line), c.expected);
  }
}

TEST(ParseProxyHeader, ReadsVersion2ToTheLetter) {
  const std::string v6_block = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x07" + "\x20\x01\x0d\xb8"s +
                               std::string(11, '\0') + "\x01" + "\x9c\x40\x01\xbb"s;
  struct Case {
    const char* name;
    std::string bytes;
    const char* expected;
  };
  const Case cases[] = {
      {"IPv4", version_2('\x21', '\x11', v4_block), "203.0.113.7:40000>192.0.2.1:443"},
      {"IPv4 and TLVs", version_2('\x21', '\x11', v4_block + "\x04\0\x02xx"s), "203.0.113.7:40000>192.0.2.1:443"},
      {"IPv6", version_2('\x21', '\x21', v6_block), "2001:db8::7:40000>2001:db8::1:443"},
      {"4096 bytes in all", version_2('\x21', '\x11', v4_block + std::string(4068, 't')),
       "203.0.113.7:40000>192.0.2.1:443"},
      {"4097 bytes in all", version_2('\x21', '\x11', v4_block + std::string(4069, 't')), "bad"},
      {"4097 are announced", signature + "\x21\x11\x0f\xf1"s, "bad"},
      {"LOCAL", version_2('\x20', '\0', ""), "its own"},
      {"LOCAL with a family", version_2('\x20', '\x11', v4_block), "its own"},
      {"LOCAL with anything", version_2('\x20', '\xff', "anything"), "its own"},
      {"no family", version_2('\x21', '\0', ""), "its own"},
      {"a family without transport", version_2('\x21', '\x10', v4_block), "its own"},
      {"AF_UNIX", version_2('\x21', '\x31', std::string(216, 'u')), "its own"},
      {"a beginning of the signature", signature.substr(0, 5), "more"},
      {"the signature alone", signature, "more"},
      {"without its last byte", version_2('\x21', '\x11', v4_block).substr(0, 27), "more"},
      {"version 1 of the binary form", version_2('\x11', '\x11', v4_block), "bad"},
      {"another command", version_2('\x22', '\x11', v4_block), "bad"},
      {"UDP", version_2('\x21', '\x12', v4_block), "bad"},
      {"another family", version_2('\x21', '\x41', v4_block), "bad"},
      {"too short for IPv4", version_2('\x21', '\x11', v4_block.substr(1)), "bad"},
      {"too short for IPv6", version_2('\x21', '\x21', v4_block), "bad"},
      {"another signature", "\r\n\r\n\0\r\nQUIT\r"s + "\x21\x11", "bad"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(read(c.bytes), c.expected);
  }
}

TEST(ParseProxyHeader, EndsWhereTheHeaderDoes) {
  for (const std::string& header : {"PROXY TCP4 203.0.113.7 192.0.2.1 40000 443\r\n"s, "PROXY UNKNOWN\r\n"s,
                                    version_2('\x21', '\x11', v4_block + "tlv"), version_2('\x20', '\0', "")}) {
    for (const std::string_view next : {"", "GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01", "\n"}) {
      const auto parsed = parse_proxy_header(header + std::string(next));
      ASSERT_TRUE(parsed && *parsed);
      EXPECT_EQ((*parsed)->bytes, header.size());
    }
    for (std::size_t size = 0; size < header.size(); ++size) EXPECT_EQ(read(header.substr(0, size)), "more");
  }
}

}  // namespace
}  // namespace bearward::transport
