#include "http/request_id.h"

namespace bearward::http {
namespace {

/// The finaliser of SplitMix64: every bit of the counter reaches every bit of the result.
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

void write_hex(std::uint64_t value, char* out) {
  static constexpr char digits[] = "0123456789abcdef";
  for (int i = 15; i >= 0; --i) {
    out[i] = digits[value & 15U];
    value >>= 4U;
  }
}

}  // namespace

RequestIdMaker::Id RequestIdMaker::next() {
  low_ += 0x9e3779b97f4a7c15U;
  Id id;
  write_hex(mix(high_ ^ low_), id.data());
  write_hex(mix(low_), id.data() + 16);
  return id;
}

bool is_request_id(std::string_view text) {
  if (text.empty() || text.size() > 128) return false;
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7f || c == '"' || c == '\\') return false;
  }
  return true;
}

}  // namespace bearward::http
