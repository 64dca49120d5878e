#include "token/token_cache.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <unordered_map>

namespace bearward::token {
namespace {

VerifiedTokenCache::Claims claims_of(std::string subject) {
  auto claims = std::make_shared<identity::TokenClaims>();
  claims->subject = std::move(subject);
  return claims;
}

std::string token_number(int number) {
  return "header.payload-" + std::to_string(number) + ".signature" + std::to_string(number);
}

std::string found(VerifiedTokenCache& cache, std::string_view token) {
  const auto* claims = cache.find(token);
  return claims != nullptr ? (*claims)->subject : "";
}

TEST(VerifiedTokenCache, FindsWhatWasInserted) {
  VerifiedTokenCache cache{{}};
  EXPECT_EQ(cache.find("a.b.c"), nullptr);
  for (int i = 0; i < 100; ++i) cache.insert(token_number(i), claims_of(std::to_string(i)));
  EXPECT_EQ(cache.entries(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(found(cache, token_number(i)), std::to_string(i));
  EXPECT_EQ(cache.find(token_number(100)), nullptr);
}

TEST(VerifiedTokenCache, ComparesTheWholeTokenAndNotTheSignatureAlone) {
  VerifiedTokenCache cache{{}};
  const std::string signature(86, 's');
  cache.insert("head.alice." + signature, claims_of("alice"));
  EXPECT_EQ(found(cache, "head.alice." + signature), "alice");
  EXPECT_EQ(cache.find("head.mallo." + signature), nullptr) << "the signature of alice's token under another payload";
  EXPECT_EQ(cache.find("heaD.alice." + signature), nullptr);
  EXPECT_EQ(cache.find("head.alice.x" + signature.substr(1)), nullptr) << "only the end of the signature is hashed";
  EXPECT_EQ(cache.find("head.alice." + signature + 's'), nullptr);
  EXPECT_EQ(cache.find("head.alice." + signature.substr(1)), nullptr);
  EXPECT_EQ(cache.find(signature), nullptr);
  EXPECT_EQ(cache.find(""), nullptr);
  cache.insert("head.mallo." + signature, claims_of("mallo"));
  EXPECT_EQ(found(cache, "head.alice." + signature), "alice") << "two tokens of one hash live side by side";
  EXPECT_EQ(found(cache, "head.mallo." + signature), "mallo");
}

TEST(VerifiedTokenCache, ReplacesTheClaimsOfAKnownToken) {
  VerifiedTokenCache cache{{}};
  cache.insert("a.b.c", claims_of("old"));
  const std::size_t bytes = cache.bytes();
  cache.insert("a.b.c", claims_of("new"));
  EXPECT_EQ(found(cache, "a.b.c"), "new");
  EXPECT_EQ(cache.entries(), 1u);
  EXPECT_EQ(cache.bytes(), bytes);
}

TEST(VerifiedTokenCache, HoldsItsLimitOfEntriesAndKeepsWhatIsUsed) {
  VerifiedTokenCache cache{{.entries = 64, .bytes = 1 << 30}};
  for (int i = 0; i < 10'000; ++i) {
    cache.insert(token_number(i), claims_of(std::to_string(i)));
    ASSERT_LE(cache.entries(), 64u);
    ASSERT_EQ(found(cache, token_number(0)), "0") << "the token that is used all the time was evicted at " << i;
  }
  EXPECT_EQ(cache.entries(), 64u);
  EXPECT_EQ(cache.find(token_number(5)), nullptr);
}

TEST(VerifiedTokenCache, HoldsItsLimitOfBytes) {
  constexpr std::size_t limit = 100'000;
  VerifiedTokenCache cache{{.entries = 10'000, .bytes = limit}};
  for (int i = 0; i < 2'000; ++i) {
    cache.insert("h.p." + std::to_string(i) + std::string(static_cast<std::size_t>(i % 900), 'x'), claims_of("a"));
    ASSERT_LE(cache.bytes(), limit);
    ASSERT_GT(cache.entries(), 0u);
  }
  const std::size_t before = cache.entries();
  cache.insert("h.p." + std::string(limit, 'x'), claims_of("too large"));
  EXPECT_EQ(cache.entries(), before) << "a token that can never fit evicts nobody";
}

TEST(VerifiedTokenCache, WithNoRoomKeepsNothing) {
  for (const auto& limits :
       {VerifiedTokenCache::Limits{.entries = 0, .bytes = 1000'000}, {.entries = 10, .bytes = 0}}) {
    VerifiedTokenCache cache{limits};
    cache.insert("a.b.c", claims_of("a"));
    EXPECT_EQ(cache.find("a.b.c"), nullptr);
  }
}

TEST(VerifiedTokenCache, ForgetsOnDemand) {
  VerifiedTokenCache cache{{}};
  for (int i = 0; i < 10; ++i) cache.insert(token_number(i), claims_of(std::to_string(i)));
  cache.erase(token_number(3));
  cache.erase(token_number(3));
  cache.erase("unknown.token.x");
  EXPECT_EQ(cache.entries(), 9u);
  EXPECT_EQ(cache.find(token_number(3)), nullptr);
  EXPECT_EQ(found(cache, token_number(4)), "4");
  const auto kept = *cache.find(token_number(4));
  cache.clear();
  EXPECT_EQ(cache.entries(), 0u);
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(cache.find(token_number(4)), nullptr);
  EXPECT_EQ(kept->subject, "4") << "claims outlive the cache for who holds them";
  cache.insert(token_number(4), claims_of("again"));
  EXPECT_EQ(found(cache, token_number(4)), "again");
}

TEST(VerifiedTokenCache, NeverGivesOneTokensClaimsForAnother) {
  std::mt19937 random{20261121};
  VerifiedTokenCache cache{{.entries = 50, .bytes = 1 << 20}};
  std::unordered_map<std::string, std::string> truth;
  for (int step = 0; step < 50'000; ++step) {
    const int number = static_cast<int>(random() % 120);
    // Many signatures alike, so that chains are long.
    const std::string token = "h.p" + std::to_string(number) + ".s" + std::to_string(number % 7);
    switch (random() % 8) {
      case 0:
        cache.erase(token);
        truth.erase(token);
        break;
      case 1:
      case 2:
        truth[token] = std::to_string(step);
        cache.insert(token, claims_of(truth[token]));
        ASSERT_EQ(found(cache, token), truth[token]);
        break;
      default:
        if (const std::string subject = found(cache, token); !subject.empty()) {
          ASSERT_TRUE(truth.contains(token)) << "erased, and found again";
          ASSERT_EQ(subject, truth[token]);
        }
    }
    ASSERT_LE(cache.entries(), 50u);
  }
}

}  // namespace
}  // namespace bearward::token
