#include "crypto/ecdsa_signature.h"

#include <gtest/gtest.h>

namespace bearward::crypto {
namespace {

using namespace std::string_literals;

TEST(EcdsaSignature, IsWrittenAsTheShortestIntegers) {
  struct Case {
    const char* name;
    std::string raw, der;
  };
  const Case cases[] = {
      {"small numbers", "\0\1\0\2"s, "\x30\6\2\1\1\2\1\2"s},
      {"a set top bit takes a zero before it", "\x80\0\0\2"s, "\x30\x08\2\3\0\x80\0\2\1\2"s},
      {"zero is one byte", "\0\0\0\0"s, "\x30\6\2\1\0\2\1\0"s},
      {"full length", "\x7f\xff\x12\x34"s, "\x30\x08\2\2\x7f\xff\2\2\x12\x34"s},
      {"a leading zero before a set top bit stays", "\0\xff\0\1"s, "\x30\7\2\2\0\xff\2\1\1"s},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(ecdsa_raw_to_der(c.raw, 2), c.der);
    EXPECT_EQ(ecdsa_der_to_raw(c.der, 2), c.raw);
  }
}

TEST(EcdsaSignature, OfP521HasALongLength) {
  const std::string raw(132, '\x81');
  const auto der = ecdsa_raw_to_der(raw, 66);
  ASSERT_TRUE(der.has_value());
  EXPECT_EQ(der->substr(0, 3), "\x30\x81\x8a");
  EXPECT_EQ(ecdsa_der_to_raw(*der, 66), raw);
}

TEST(EcdsaSignature, RefusesOtherLengthsAndOtherAsn1) {
  for (const std::size_t length : {0u, 1u, 63u, 65u, 66u, 128u})
    EXPECT_EQ(ecdsa_raw_to_der(std::string(length, '\1'), 32), std::nullopt) << length;
  EXPECT_EQ(ecdsa_raw_to_der("", 0), std::nullopt);
  EXPECT_EQ(ecdsa_der_to_raw("", 2), std::nullopt);
  EXPECT_EQ(ecdsa_der_to_raw("\x30\6\2\1\1\2\1"s, 2), std::nullopt) << "cut short";
  EXPECT_EQ(ecdsa_der_to_raw("\x30\6\2\1\1\2\1\2\0"s, 2), std::nullopt) << "a byte too many";
  EXPECT_EQ(ecdsa_der_to_raw("\x30\x08\2\3\1\1\1\2\1\2"s, 2), std::nullopt) << "a number too long";
}

}  // namespace
}  // namespace bearward::crypto
