// What a bearer token costs the worker that meets it for the first time, refuses it, or knows it already.
#include "token/access_token.h"

#include <benchmark/benchmark.h>

#include <random>

#include "crypto/test_keys.h"
#include "token/test_tokens.h"
#include "token/token_cache.h"
#include "token/token_issuer.h"

namespace bearward::token {
namespace {

using crypto::Algorithm;
using test::now;

std::shared_ptr<const KeySet> keys_for(Algorithm algorithm) {
  return test::key_set({{"k1", test::signing_key(algorithm)}});
}

std::vector<std::string> issue(const std::shared_ptr<const KeySet>& keys, std::size_t count) {
  config::Tokens settings;
  settings.issuer = "https://gateway.test";
  settings.audience = "legacy-apis";
  const TokenIssuer issuer{keys, settings};
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < count; ++i)
    tokens.push_back(
        issuer.issue({.subject = "user" + std::to_string(i), .client_id = "spa", .scopes = {"orders:read"}}, now)
            .token);
  return tokens;
}

void verify_miss(benchmark::State& state, Algorithm algorithm) {
  const auto keys = keys_for(algorithm);
  const auto tokens = issue(keys, 64);
  AccessTokenVerifier verifier{keys};
  std::size_t at = 0;
  for (auto _ : state) {
    auto claims = verifier.verify(tokens[at++ % tokens.size()], now);
    if (!claims) state.SkipWithError("a good token was refused");
    benchmark::DoNotOptimize(claims);
  }
}
BENCHMARK_CAPTURE(verify_miss, HS256, Algorithm::HS256);
BENCHMARK_CAPTURE(verify_miss, RS256, Algorithm::RS256);
BENCHMARK_CAPTURE(verify_miss, PS256, Algorithm::PS256);
BENCHMARK_CAPTURE(verify_miss, ES256, Algorithm::ES256);
BENCHMARK_CAPTURE(verify_miss, EdDSA, Algorithm::EdDSA);

// The 401 of performance.md: one bit of the signature flipped.
void verify_forged(benchmark::State& state, Algorithm algorithm) {
  const auto keys = keys_for(algorithm);
  std::string token = issue(keys, 1).front();
  char& flipped = token[token.size() - 20];
  flipped = flipped == 'A' ? 'B' : 'A';
  AccessTokenVerifier verifier{keys};
  VerifiedTokenCache cache{{}};
  for (auto _ : state) {
    if (cache.find(token) != nullptr) state.SkipWithError("a forged token was known");
    auto claims = verifier.verify(token, now);
    if (claims) state.SkipWithError("a forged token was taken");
    benchmark::DoNotOptimize(claims);
  }
}
BENCHMARK_CAPTURE(verify_forged, HS256, Algorithm::HS256);
BENCHMARK_CAPTURE(verify_forged, RS256, Algorithm::RS256);
BENCHMARK_CAPTURE(verify_forged, ES256, Algorithm::ES256);

// As the pipeline does it: find, check against the clock, keep the claims.
void verify_hit(benchmark::State& state, Algorithm algorithm) {
  const auto keys = keys_for(algorithm);
  const auto tokens = issue(keys, static_cast<std::size_t>(state.range(0)));
  AccessTokenVerifier verifier{keys};
  VerifiedTokenCache cache{{.entries = 32 * 1024, .bytes = 256 << 20}};
  for (const std::string& token : tokens) cache.insert(token, verifier.verify(token, now).value());
  std::mt19937 random{1};
  for (auto _ : state) {
    const auto* claims = cache.find(tokens[random() % tokens.size()]);
    if (claims == nullptr || !verifier.check(**claims, now)) state.SkipWithError("a known token was not found");
    auto kept = claims != nullptr ? *claims : nullptr;
    benchmark::DoNotOptimize(kept);
  }
}
BENCHMARK_CAPTURE(verify_hit, HS256, Algorithm::HS256)->Arg(1)->Arg(1000)->Arg(20'000);
BENCHMARK_CAPTURE(verify_hit, RS256, Algorithm::RS256)->Arg(1)->Arg(1000);

void issue_token(benchmark::State& state, Algorithm algorithm) {
  const auto keys = keys_for(algorithm);
  const TokenIssuer issuer{keys, {}};
  for (auto _ : state) benchmark::DoNotOptimize(issuer.issue({.subject = "alice", .client_id = "", .scopes = {}}, now));
}
BENCHMARK_CAPTURE(issue_token, HS256, Algorithm::HS256);
BENCHMARK_CAPTURE(issue_token, RS256, Algorithm::RS256);
BENCHMARK_CAPTURE(issue_token, ES256, Algorithm::ES256);

}  // namespace
}  // namespace bearward::token
