#include "store/decoy_kind.h"

#include <algorithm>

#include "crypto/hmac.h"

namespace bearward::store {
namespace {

/// Every name stands on one of these steps; the kinds share them out. As few as this, so that another row or
/// two of a large table moves nobody.
constexpr std::int64_t steps = 256;

}  // namespace

std::optional<std::string> choose_decoy_kind(std::string_view key, std::string_view username,
                                             const std::vector<PasswordKindCount>& counts) {
  const auto kinds = static_cast<std::int64_t>(std::min(counts.size(), max_decoy_kinds));
  std::int64_t all = 0;
  for (std::int64_t i = 0; i < kinds; ++i) all += counts[static_cast<std::size_t>(i)].users;
  if (all <= 0) return std::nullopt;
  crypto::Hmac hmac(crypto::Algorithm::HS256, key);
  const std::int64_t step = static_cast<unsigned char>(hmac.of(username).front());
  std::int64_t users = 0, end = 0;
  for (std::int64_t i = 0; i < kinds; ++i) {
    const PasswordKindCount& count = counts[static_cast<std::size_t>(i)];
    users += count.users;
    // Each kind has a step at least: one that only real users had would say that they are real.
    end = std::clamp((users * steps + all / 2) / all, end + 1, steps - (kinds - 1 - i));
    if (step < end) return count.kind;
  }
  return counts[static_cast<std::size_t>(kinds - 1)].kind;
}

}  // namespace bearward::store
