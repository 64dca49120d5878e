#include "crypto/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace bearward::crypto {
namespace {

std::string hex(const Sha256& hash) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : hash) text += {digits[byte >> 4], digits[byte & 15]};
  return text;
}

TEST(Sha256, AgreesWithRfc6234) {
  struct Case {
    const char* name;
    std::string message;
    const char* hash;
  };
  const Case cases[] = {
      {"nothing", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"§8.5 TEST1", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"§8.5 TEST2_1", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"§8.5 TEST3, a million times a", std::string(1'000'000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(hex(sha256(c.message)), c.hash);
  }
}

}  // namespace
}  // namespace bearward::crypto
