#include "http/forwarded.h"

#include <gtest/gtest.h>

#include <string>

namespace bearward::http {
namespace {

/// The nodes from the last to the first, or "bad".
std::string nodes_of(std::string_view value) {
  ForwardedNodes nodes(value);
  if (!nodes.good()) return "bad";
  std::string all;
  std::string_view node;
  while (nodes.take_last(node)) all += "<" + std::string(node) + ">";
  return all;
}

TEST(ForwardedNodes, ReadsTheFieldToTheLetter) {
  struct Case {
    const char* value;
    const char* nodes;
  };
  const Case cases[] = {
      {"for=192.0.2.1", "<192.0.2.1>"},
      {"for=192.0.2.1, for=_hidden,for=unknown", "<unknown><_hidden><192.0.2.1>"},
      {"For=\"[2001:db8::1]:80\";proto=https;by=203.0.113.43", "<[2001:db8::1]:80>"},
      {"proto=https;for=a ; host=\"x.test\"", "<a>"},
      {"proto=https", "<>"},
      {"host=\"a, for=evil\", for=a", "<a><>"},
      {"for=\"\"", "<>"},
      {"", "bad"},
      {",for=a", "bad"},
      {"for=a,", "bad"},
      {"for=a;", "bad"},
      {"for", "bad"},
      {"for=", "bad"},
      {"=a", "bad"},
      {"for=a b", "bad"},
      {"for=a;for=b", "bad"},
      {"for=\"a", "bad"},
      {"for=\"a\\\"b\"", "bad"},
      {"for=\"a\"b", "bad"},
      {"for=[2001:db8::1]", "bad"},
      {"for = a", "bad"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.value);
    EXPECT_EQ(nodes_of(c.value), c.nodes);
  }
}

TEST(ForwardedNodes, KeepsTheEndOfALongChain) {
  std::string value = "for=first";
  for (int i = 0; i < 40; ++i) value += ", for=n" + std::to_string(i);
  const std::string nodes = nodes_of(value);
  EXPECT_TRUE(nodes.starts_with("<n39><n38>"));
  EXPECT_TRUE(nodes.ends_with("<n8>")) << nodes;
}

}  // namespace
}  // namespace bearward::http
