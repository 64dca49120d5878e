#include "crypto/password_kind.h"

#include <gtest/gtest.h>

#include "crypto/crypt_hash.h"
#include "crypto/password_hash.h"

namespace bearward::crypto {
namespace {

constexpr std::string_view tail = "YCfklPaSzoWbwe70iggBqubCwVvTNRdfISaCMGmBAcSz76CpUeTee";
constexpr std::string_view argon2_tail = "qSRd7ri2vUI2xOfkQE3tbQ$gzKgxk2RnOSW+tQ99sOUA0Nz4gySyUy8LY2kqkp1TTk";
constexpr std::string_view crypt_tail = "qaQyLy3vNPfyi4v5rXBvj1$CW.rBbYuVCTY4.r9K7/0gg09w6UYBUBPtGYlBKXBeU8";

std::string text(std::string_view first, std::string_view second) { return std::string(first) + std::string(second); }

TEST(PasswordKind, IsTheSchemeAndItsCost) {
  struct Case {
    const char* name;
    std::string stored;
    const char* kind;  // null: none
  };
  const Case cases[] = {
      {"bcrypt", text("$2b$12$", tail), "$2b$12$"},
      {"bcrypt of Python's passlib", text("$2b$10$", tail), "$2b$10$"},
      {"bcrypt of PHP: as much work", text("$2y$12$", tail), "$2b$12$"},
      {"bcrypt of old: as much work", text("$2a$12$", tail), "$2b$12$"},
      {"argon2id", text("$argon2id$v=19$m=65536,t=3,p=4$", argon2_tail), "$argon2id$v=19$m=65536,t=3,p=4$"},
      {"scrypt", text("$7$CU..../....", crypt_tail), "$7$CU..../...."},
      {"yescrypt", text("$y$j9T$", crypt_tail), "$y$j9T$"},
      {"nothing", "", nullptr},
      {"a locked account", "!", nullptr},
      {"a locked hash", text("!$2b$12$", tail), nullptr},
      {"bcrypt that is cut short", text("$2b$12$", tail.substr(1)), nullptr},
      {"bcrypt with a character that is none of its own", text("$2b$12$", text(tail.substr(1), "!")), nullptr},
      {"bcrypt that would take a day", text("$2b$31$", tail), nullptr},
      {"argon2id that would take all memory", text("$argon2id$v=19$m=4294967295,t=1,p=1$", argon2_tail), nullptr},
      {"argon2id without a hash", "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ", nullptr},
      {"argon2id with a short salt", "$argon2id$v=19$m=65536,t=3,p=4$c29tZQ$gzKgxk2RnOSW+tQ99sOUA0Nz", nullptr},
      {"argon2id that is not base 64", text("$argon2id$v=19$m=65536,t=3,p=4$", "somesalt****$****"), nullptr},
      {"argon2i", text("$argon2i$v=19$m=65536,t=3,p=4$", argon2_tail), nullptr},
      {"yescrypt without a hash", "$y$j9T$qaQyLy3vNPfyi4v5rXBvj1", nullptr},
      {"SHA-512 crypt", "$6$saltsalt$" + std::string(86, 'a'), nullptr},
      {"the password itself", "wonderland", nullptr}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto kind = password_kind(c.stored);
    EXPECT_EQ(kind.value_or("none"), c.kind == nullptr ? "none" : c.kind);
  }
}

TEST(PasswordKind, HasADecoyThatIsComputedAndNobodys) {
  // Cheap ones: what is looked at is that libcrypt and libargon2 compute them, not refuse them.
  for (const char* kind : {"$2b$04$", "$7$5U..../....", "$y$j75$"}) {
    SCOPED_TRACE(kind);
    const auto decoy = decoy_of_kind(kind);
    ASSERT_TRUE(decoy);
    EXPECT_EQ(password_kind(*decoy), kind);
    const auto computed = crypt_password("wonderland", *decoy);
    ASSERT_TRUE(computed);
    EXPECT_EQ(computed->size(), decoy->size());
    EXPECT_FALSE(verify_password("wonderland", *decoy));
  }
  EXPECT_TRUE(decoy_of_kind("$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST(PasswordKind, HasNoDecoyOfWhatIsNoKind) {
  for (const char* kind : {"", "!", "$2b$31$", "$2a$12$", "$2b$12", "$argon2id$v=19$m=1,t=1,p=1$", "$y$", "$6$"})
    EXPECT_FALSE(decoy_of_kind(kind)) << kind;
}

TEST(PasswordKind, IsKnownOfEveryNewHash) {
  for (const PasswordScheme scheme : {PasswordScheme::argon2id, PasswordScheme::bcrypt})
    EXPECT_EQ(password_kind(hash_password("wonderland", scheme).value()), password_kind(dummy_hash(scheme)));
}

}  // namespace
}  // namespace bearward::crypto
