#include "crypto/argon2_parameters.h"

#include <charconv>

namespace bearward::crypto {
namespace {

constexpr std::uint32_t max_memory_kib = 1024 * 1024;
constexpr std::uint32_t max_passes = 64;
constexpr std::uint32_t max_lanes = 16;
constexpr std::size_t max_encoded_bytes = 512;

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

bool take_number(std::string_view& text, std::uint32_t most, std::uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || text.front() == '0' || number > most) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::optional<Argon2Parameters> parse_argon2id(std::string_view stored) {
  if (stored.size() > max_encoded_bytes || stored.find('\0') != stored.npos) return std::nullopt;
  Argon2Parameters found;
  const bool good = take(stored, "$argon2id$v=19$m=") && take_number(stored, max_memory_kib, found.memory_kib) &&
                    take(stored, ",t=") && take_number(stored, max_passes, found.passes) && take(stored, ",p=") &&
                    take_number(stored, max_lanes, found.lanes) && take(stored, "$") &&
                    found.memory_kib >= 8 * found.lanes;  // RFC 9106 §3.1
  if (!good) return std::nullopt;
  return found;
}

}  // namespace bearward::crypto
