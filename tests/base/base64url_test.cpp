#include "base/base64url.h"

#include <gtest/gtest.h>

namespace bearward {
namespace {

using namespace std::string_literals;

TEST(Base64url, AgreesWithThePublishedExamples) {
  struct Case {
    const char* name;
    std::string bytes;
    std::string text;
  };
  const Case cases[] = {
      {"RFC 4648 §10, empty", "", ""},
      {"RFC 4648 §10, one byte", "f", "Zg"},
      {"RFC 4648 §10, two bytes", "fo", "Zm8"},
      {"RFC 4648 §10, three bytes", "foo", "Zm9v"},
      {"RFC 4648 §10, four bytes", "foob", "Zm9vYg"},
      {"RFC 4648 §10, six bytes", "foobar", "Zm9vYmFy"},
      {"RFC 7515 appendix C, with the two characters that differ from base64", "\x03\xec\xff\xe0\xc1", "A-z_4ME"},
      {"zero bytes", "\0\0\0\0"s, "AAAAAA"},
      {"all ones", "\xff\xff\xff", "____"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(base64url_encode(c.bytes), c.text);
    EXPECT_EQ(base64url_decode(c.text), c.bytes);
  }
}

TEST(Base64url, DecodesWhatItEncodedAtEveryLength) {
  std::string bytes;
  for (int length = 0; length < 300; ++length) {
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes) << length;
    bytes += static_cast<char>(length * 167 + 13);
  }
}

TEST(Base64url, RefusesEverySecondSpelling) {
  struct Case {
    const char* name;
    std::string text;
  };
  const Case cases[] = {
      {"padding", "Zg=="},
      {"padding of one", "Zm8="},
      {"a length of 4n+1", "Zm9vY"},
      {"a single character", "Z"},
      {"unused bits set, two characters", "Zh"},
      {"unused bits set, three characters", "Zm9"},
      {"base64's own plus", "A+z_"},
      {"base64's own slash", "A-z/"},
      {"a space", "Zm 9"},
      {"a leading space", " Zm9"},
      {"a trailing line feed", "Zm8\n"},
      {"a line break inside", "Zm9v\nYmFy"},
      {"a NUL", "Zm9\0"s},
      {"a dot", "Zm.9"},
      {"a byte above ASCII", "Zm9\xc3"},
      {"an invalid character in the tail", "Zm9v?g"},
      {"an invalid last of three", "Zm9vZm?"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(base64url_decode(c.text), std::nullopt);
  }
}

TEST(Base64url, AcceptsExactlyTheCanonicalTextsOfTwoCharacters) {
  int accepted = 0;
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      const auto bytes = base64url_decode(text);
      if (!bytes) continue;
      ++accepted;
      EXPECT_EQ(base64url_encode(*bytes), text);
    }
  EXPECT_EQ(accepted, 256);  // one text for each byte
}

}  // namespace
}  // namespace bearward
