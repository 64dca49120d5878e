#include "http/max_forwards.h"

#include <charconv>
#include <limits>

#include "http/field_syntax.h"

namespace bearward::http {
namespace {

constexpr std::uint32_t name_hash = folded_hash("max-forwards");

}  // namespace

bool is_max_forwards(const Field& field) {
  return field.folded_hash == name_hash && equal_ignoring_case(field.name, "max-forwards");
}

Result<std::optional<std::uint64_t>, std::monostate> max_forwards(const RequestHead& head) {
  std::optional<std::uint64_t> left;
  if (head.method != "OPTIONS") return left;
  for (const Field& field : head.fields) {
    if (!is_max_forwards(field)) continue;
    std::uint64_t value = 0;
    const char* const end = field.value.data() + field.value.size();
    const auto [stopped, failure] = std::from_chars(field.value.data(), end, value);
    if (left || field.value.empty() || stopped != end) return std::unexpected(std::monostate{});
    left = failure == std::errc::result_out_of_range ? std::numeric_limits<std::uint64_t>::max() : value;
  }
  return left;
}

}  // namespace bearward::http
