#include "crypto/password_hash.h"

#include <crypt.h>
#include <gtest/gtest.h>

#include <chrono>

#include "crypto/argon2_parameters.h"
#include "crypto/crypt_hash.h"

namespace bearward::crypto {
namespace {

using namespace std::string_literals;

constexpr char argon2_known[] = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
constexpr char bcrypt_known[] = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
constexpr char scrypt_known[] = "$7$C6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D";

std::string crypted(const char* password, const char* setting) {
  return crypt_password(password, setting).value_or("no such setting");
}

std::string yescrypt_setting(unsigned long cost) {
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  return crypt_gensalt_rn("$y$", cost, "0123456789abcdef", 16, setting, sizeof setting);
}

TEST(VerifyPassword, KnowsEverySchemeOfTheUserStore) {
  struct Case {
    const char* name;
    std::string password, stored;
  };
  const Case cases[] = {
      {"argon2id, the reference implementation's own vector", "password", argon2_known},
      {"bcrypt 2a, a vector published with crypt_blowfish", "U*U", bcrypt_known},
      {"bcrypt 2b", "correct horse", crypted("correct horse", "$2b$04$abcdefghijklmnopqrstuu")},
      {"bcrypt 2y, as PHP writes it", "correct horse", crypted("correct horse", "$2y$04$abcdefghijklmnopqrstuu")},
      {"bcrypt of UTF-8", "grüße", crypted("grüße", "$2b$04$abcdefghijklmnopqrstuu")},
      {"bcrypt of 72 bytes", std::string(72, 'p'),
       crypted(std::string(72, 'p').c_str(), "$2b$04$abcdefghijklmnopqrstuu")},
      {"scrypt, the vector of libxcrypt's own tests", "pleaseletmein", scrypt_known},
      {"yescrypt, as Debian makes it", "pleaseletmein", crypted("pleaseletmein", yescrypt_setting(1).c_str())},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_TRUE(verify_password(c.password, c.stored));
    EXPECT_FALSE(verify_password(c.password + "x", c.stored));
    EXPECT_FALSE(verify_password(c.password.substr(1), c.stored));
    EXPECT_FALSE(verify_password("", c.stored));
    std::string changed = c.stored;
    changed[changed.size() - 8] = changed[changed.size() - 8] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(verify_password(c.password, changed));
  }
}

TEST(VerifyPassword, NeverLooksAtAPartOfAPassword) {
  const std::string seventy_two(72, 'p');
  const std::string bcrypt = crypted(seventy_two.c_str(), "$2b$04$abcdefghijklmnopqrstuu");
  ASSERT_TRUE(verify_password(seventy_two, bcrypt));
  EXPECT_FALSE(verify_password(seventy_two + "q", bcrypt)) << "bcrypt itself would ignore the 73rd byte";
  const std::string word = crypted("word", "$2b$04$abcdefghijklmnopqrstuu");
  EXPECT_FALSE(verify_password("word\0and more"s, word)) << "crypt itself would stop at the NUL";
  EXPECT_FALSE(verify_password("word\0"s, word));
  const std::string long_hash = hash_password(std::string(1024, 'l'), PasswordScheme::argon2id).value();
  EXPECT_TRUE(verify_password(std::string(1024, 'l'), long_hash));
  EXPECT_FALSE(verify_password(std::string(1025, 'l'), long_hash));
}

TEST(VerifyPassword, SpendsTheTimeOfAHashOnAPasswordThatBcryptCannotHold) {
  const std::string stored = crypted("word", "$2b$11$abcdefghijklmnopqrstuu");
  const auto time_of = [&](const std::string& password) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(verify_password(password, stored));
    return std::chrono::steady_clock::now() - start;
  };
  // Ten times apart would be a factor of thousands without the hash: no question of this machine's load.
  EXPECT_GT(time_of(std::string(100, 'x')) * 10, time_of("wrong"));
}

TEST(VerifyPassword, TakesNoMalformedOrOutrageousHash) {
  const std::string salt_and_hash = "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  struct Case {
    const char* name;
    std::string stored;
  };
  const Case cases[] = {
      {"nothing", ""},
      {"the password itself", "password"},
      {"a failure token of crypt", "*0"},
      {"another failure token of crypt", "*1"},
      {"a locked account", "!"},
      {"MD5", "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/"},
      {"SHA-512 crypt", crypted("password", "$6$saltsalt")},
      {"DES", "ab8xxx5cPpbNo"},
      {"bcrypt 2x, the broken one", crypted("password", "$2x$04$abcdefghijklmnopqrstuu")},
      {"bcrypt without a hash", "$2b$04$abcdefghijklmnopqrstuu"},
      {"bcrypt cut by one", std::string{bcrypt_known}.substr(0, 59)},
      {"bcrypt with something after it", bcrypt_known + "x"s},
      {"bcrypt that would take a week", "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
      {"bcrypt of cost 18", "$2b$18$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
      {"bcrypt of cost 3", "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
      {"bcrypt with a letter in its cost", "$2b$0a$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
      {"bcrypt with a strange salt", "$2b$04$C!CCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
      {"argon2i", "$argon2i$v=19$m=256,t=2,p=1" + salt_and_hash},
      {"argon2d", "$argon2d$v=19$m=256,t=2,p=1" + salt_and_hash},
      {"argon2id of another version", "$argon2id$v=16$m=256,t=2,p=1" + salt_and_hash},
      {"argon2id without a version", "$argon2id$m=256,t=2,p=1" + salt_and_hash},
      {"argon2id of 2 GiB", "$argon2id$v=19$m=2097152,t=2,p=1" + salt_and_hash},
      {"argon2id of 4 TiB", "$argon2id$v=19$m=4294967295,t=2,p=1" + salt_and_hash},
      {"argon2id with a number too large for 32 bits", "$argon2id$v=19$m=99999999999999999999,t=2,p=1" + salt_and_hash},
      {"argon2id of 65 passes", "$argon2id$v=19$m=256,t=65,p=1" + salt_and_hash},
      {"argon2id of no passes", "$argon2id$v=19$m=256,t=0,p=1" + salt_and_hash},
      {"argon2id of 17 lanes", "$argon2id$v=19$m=256,t=2,p=17" + salt_and_hash},
      {"argon2id of no lanes", "$argon2id$v=19$m=256,t=2,p=0" + salt_and_hash},
      {"argon2id with too little memory for its lanes", "$argon2id$v=19$m=32,t=2,p=8" + salt_and_hash},
      {"argon2id with negative memory", "$argon2id$v=19$m=-1,t=2,p=1" + salt_and_hash},
      {"argon2id without parameters", "$argon2id$v=19$" + salt_and_hash},
      {"argon2id without a hash", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ"},
      {"argon2id with an empty hash", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"},
      {"argon2id with a hash that is not base64", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$????"},
      {"argon2id with something after it", argon2_known + "$x"s},
      {"argon2id of megabytes of text", "$argon2id$v=19$m=256,t=2,p=1$" + std::string(1 << 20, 'A')},
      {"argon2id with a NUL in it", "$argon2id$v=19$m=256,t=2,p=1\0"s + salt_and_hash},
      {"scrypt of 1 TiB", "$7$T6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D"},
      {"scrypt of a huge r", "$7$Czzzzz/....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D"},
      {"scrypt of a huge p", "$7$C6....zzzzzSodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D"},
      {"scrypt without a hash", "$7$C6..../....SodiumChloride"},
      {"scrypt cut in its parameters", "$7$C6..."},
      {"yescrypt of 128 GiB", "$y$jQT$0123456789abcdef$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D"},
      {"yescrypt with a number of two characters",
       "$y$j9z.$0123456789abcdef$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D"},
      {"yescrypt cut in its parameters", "$y$j"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(verify_password("password", c.stored));
    EXPECT_FALSE(verify_password("", c.stored));
    EXPECT_FALSE(verify_password(c.stored.substr(0, 1024), c.stored));
  }
}

TEST(VerifyPassword, SurvivesEveryTruncationAndMutationOfAHash) {
  // Parameters stay as they are (their bounds have a table above): only what follows is cut and changed.
  const std::string hashes[] = {argon2_known, bcrypt_known, crypted("word", yescrypt_setting(1).c_str())};
  for (const std::string& stored : hashes) {
    for (std::size_t length = 0; length < stored.size(); length += 3) {
      EXPECT_FALSE(verify_password("wrong", stored.substr(0, length)));
    }
    for (std::size_t at = 30; at < stored.size(); at += 3)
      for (const char c : {'$', '\0', '!', '\xff'}) {
        std::string changed = stored;
        changed[at] = c;
        EXPECT_FALSE(verify_password("wrong", changed));
      }
  }
}

TEST(HashPassword, MakesHashesOfTheStrengthWritten) {
  const std::string argon2 = hash_password("a good password", PasswordScheme::argon2id).value();
  EXPECT_TRUE(argon2.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << argon2;
  const std::string bcrypt = hash_password("a good password", PasswordScheme::bcrypt).value();
  EXPECT_TRUE(bcrypt.starts_with("$2b$12$")) << bcrypt;
  for (const std::string& stored : {argon2, bcrypt}) {
    EXPECT_TRUE(verify_password("a good password", stored));
    EXPECT_FALSE(verify_password("a bad password", stored));
  }
  EXPECT_NE(hash_password("a good password", PasswordScheme::argon2id), argon2) << "the salt is the same";
  EXPECT_NE(hash_password("a good password", PasswordScheme::bcrypt), bcrypt) << "the salt is the same";
}

TEST(HashPassword, RefusesWhatCannotBeKeptWhole) {
  struct Case {
    const char* name;
    std::string password;
    std::optional<PasswordError> argon2id, bcrypt;
  };
  const Case cases[] = {
      {"empty", "", PasswordError::empty, PasswordError::empty},
      {"72 bytes", std::string(72, 'a'), {}, {}},
      {"73 bytes", std::string(73, 'a'), {}, PasswordError::too_long_for_bcrypt},
      {"37 characters of two bytes",
       [] {
         std::string s;
         for (int i = 0; i < 37; ++i) s += "ü";
         return s;
       }(),
       {},
       PasswordError::too_long_for_bcrypt},
      {"1024 bytes", std::string(1024, 'a'), {}, PasswordError::too_long_for_bcrypt},
      {"1025 bytes", std::string(1025, 'a'), PasswordError::too_long, PasswordError::too_long},
      {"a NUL inside", "ab\0cd"s, PasswordError::contains_nul, PasswordError::contains_nul},
      {"a NUL at the end", "ab\0"s, PasswordError::contains_nul, PasswordError::contains_nul},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(check_password(c.password, PasswordScheme::argon2id), c.argon2id);
    EXPECT_EQ(check_password(c.password, PasswordScheme::bcrypt), c.bcrypt);
    if (c.bcrypt) {
      EXPECT_EQ(hash_password(c.password, PasswordScheme::bcrypt), std::unexpected(*c.bcrypt));
      EXPECT_FALSE(to_string(*c.bcrypt).empty());
    }
  }
}

TEST(DummyHash, IsAsDearAsANewHashAndNobodysPassword) {
  for (const PasswordScheme scheme : {PasswordScheme::argon2id, PasswordScheme::bcrypt}) {
    const std::string dummy{dummy_hash(scheme)};
    const std::string fresh = hash_password("x", scheme).value();
    EXPECT_EQ(dummy.size(), fresh.size());
    EXPECT_EQ(dummy.substr(0, dummy.find_last_of('$', 31)), fresh.substr(0, fresh.find_last_of('$', 31)));
    EXPECT_FALSE(verify_password("", dummy));
    EXPECT_FALSE(verify_password("x", dummy));
    EXPECT_FALSE(needs_upgrade(dummy, scheme));
  }
  EXPECT_EQ(parse_argon2id(dummy_hash(PasswordScheme::argon2id))->memory_kib, 19456u);
  EXPECT_EQ(parse_crypt_hash(dummy_hash(PasswordScheme::bcrypt))->bcrypt_cost, 12u);
}

TEST(NeedsUpgrade, IsTrueOnlyForWeakerHashes) {
  const std::string rest = "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  const std::string bcrypt_rest = "$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  struct Case {
    const char* name;
    std::string stored;
    bool to_argon2id, to_bcrypt;
  };
  const Case cases[] = {
      {"our own argon2id", "$argon2id$v=19$m=19456,t=2,p=1" + rest, false, false},
      {"OWASP's first", "$argon2id$v=19$m=47104,t=1,p=1" + rest, false, false},
      {"OWASP's last", "$argon2id$v=19$m=7168,t=5,p=1" + rest, false, false},
      {"RFC 9106's first choice but for its 2 GiB", "$argon2id$v=19$m=65536,t=3,p=4" + rest, false, false},
      {"a weak argon2id", argon2_known, true, false},
      {"little memory, many passes", "$argon2id$v=19$m=4096,t=64,p=1" + rest, true, false},
      {"bcrypt of cost 12", "$2b$12" + bcrypt_rest, true, false},
      {"bcrypt of cost 10", "$2y$10" + bcrypt_rest, true, true},
      {"bcrypt of cost 14", "$2a$14" + bcrypt_rest, true, false},
      {"scrypt", scrypt_known, false, false},
      {"yescrypt", crypted("x", yescrypt_setting(1).c_str()), false, false},
      {"no hash at all", "", false, false},
      {"a broken hash", "$2b$12$short", false, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(needs_upgrade(c.stored, PasswordScheme::argon2id), c.to_argon2id);
    EXPECT_EQ(needs_upgrade(c.stored, PasswordScheme::bcrypt), c.to_bcrypt);
  }
}

TEST(ParseCryptHash, TakesEverythingThatGensaltWritesUpToAGibibyte) {
  for (unsigned long cost = 1; cost <= 10; ++cost) {
    const auto setting = yescrypt_setting(cost);
    EXPECT_TRUE(parse_crypt_hash(setting + "$hash")) << setting;
  }
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  for (unsigned long cost = 6; cost <= 11; ++cost) {
    ASSERT_NE(crypt_gensalt_rn("$7$", cost, "0123456789abcdef", 16, setting, sizeof setting), nullptr);
    EXPECT_TRUE(parse_crypt_hash(setting + "$hash"s)) << setting;
  }
}

}  // namespace
}  // namespace bearward::crypto
