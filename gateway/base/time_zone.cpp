#include "base/time_zone.h"

#include <algorithm>
#include <string>

namespace bearward {

/// The parts of a TZif file, in their order (RFC 9636 §3). Whatever is read past the end fails the whole.
class TzifReader {
 public:
  explicit TzifReader(std::string_view content) : rest_(content) {}

  std::optional<TimeZone> read() {
    const std::optional<Counts> old = read_header();
    if (!old) return std::nullopt;
    take(old->block_bytes(4));  // the same in 32 bits, for readers that know no more
    const std::optional<Counts> counts = read_header();
    if (!counts || counts->leap_seconds != 0 || counts->types == 0) return std::nullopt;
    if (rest_.size() < counts->block_bytes(8)) return std::nullopt;
    TimeZone zone;
    if (!read_changes(*counts, zone) || !read_footer(zone)) return std::nullopt;
    return zone;
  }

 private:
  struct Counts {
    std::size_t is_ut, is_standard, leap_seconds, changes, types, characters;

    std::size_t block_bytes(std::size_t time_bytes) const {
      return changes * (time_bytes + 1) + types * 6 + characters + leap_seconds * (time_bytes + 4) + is_standard +
             is_ut;
    }
  };

  std::string_view take(std::size_t bytes) {
    good_ = good_ && bytes <= rest_.size();
    const std::string_view taken = rest_.substr(0, good_ ? bytes : 0);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  /// Big-endian, two's complement.
  std::int64_t number(std::size_t bytes) {
    const std::string_view octets = take(bytes);
    std::uint64_t value = !octets.empty() && static_cast<unsigned char>(octets.front()) >= 0x80 ? ~std::uint64_t{0} : 0;
    for (const char octet : octets) value = value << 8 | static_cast<unsigned char>(octet);
    return static_cast<std::int64_t>(value);
  }

  std::optional<Counts> read_header() {
    const std::string_view start = take(20);
    if (!start.starts_with("TZif") || start[4] < '2') return std::nullopt;
    Counts counts{};
    for (std::size_t* const count : {&counts.is_ut, &counts.is_standard, &counts.leap_seconds, &counts.changes,
                                     &counts.types, &counts.characters}) {
      const std::int64_t value = number(4);
      good_ = good_ && value >= 0 && value <= 65'536;
      *count = static_cast<std::size_t>(value);
    }
    if (!good_) return std::nullopt;
    return counts;
  }

  bool read_changes(const Counts& counts, TimeZone& zone) {
    for (std::size_t i = 0; i < counts.changes; ++i) {
      // Far from where adding an offset overflows; the oldest entry of some files is the big bang.
      constexpr std::int64_t far = std::int64_t{1} << 56;
      zone.changes_.push_back({UnixTime{std::chrono::seconds{std::clamp(number(8), -far, far)}}, {}});
    }
    const std::string_view type_of_change = take(counts.changes);
    std::vector<std::chrono::seconds> offsets;
    for (std::size_t i = 0; i < counts.types; ++i) {
      offsets.emplace_back(number(4));
      good_ = good_ && std::chrono::abs(offsets.back()) < std::chrono::hours{26};
      take(2);  // is it summer, and what is it called
    }
    take(counts.characters + counts.is_standard + counts.is_ut);
    zone.before_ = offsets.front();
    for (std::size_t i = 0; good_ && i < counts.changes; ++i) {
      const auto type = static_cast<unsigned char>(type_of_change[i]);
      if (type >= offsets.size()) return false;
      zone.changes_[i].offset = offsets[type];
    }
    const auto by_time = [](const TimeZone::Change& a, const TimeZone::Change& b) { return a.at < b.at; };
    return good_ && std::ranges::is_sorted(zone.changes_, by_time);
  }

  bool read_footer(TimeZone& zone) {
    if (rest_.size() < 2 || !rest_.starts_with('\n') || !rest_.ends_with('\n')) return false;
    zone.rest_ = TimeZoneRule::parse(rest_.substr(1, rest_.size() - 2));
    return zone.rest_.has_value();
  }

  std::string_view rest_;
  bool good_ = true;
};

std::optional<TimeZone> TimeZone::fixed(std::string_view text) {
  const auto digits = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  for (const std::size_t at : {1U, 2U, 4U, 5U}) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
  }
  if (digits(1) > 23 || digits(4) > 59) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours{digits(1)} + std::chrono::minutes{digits(4)};
  TimeZone zone;
  zone.before_ = text[0] == '-' ? -offset : offset;
  return zone;
}

std::optional<TimeZone> TimeZone::from_tzif(std::string_view content) { return TzifReader{content}.read(); }

std::chrono::seconds TimeZone::offset_at(UnixTime time) const {
  const bool after_all = changes_.empty() || time >= changes_.back().at;
  if (rest_ && after_all) return rest_->offset_at(time);
  const auto next = std::ranges::upper_bound(changes_, time, {}, &Change::at);
  return next == changes_.begin() ? before_ : std::prev(next)->offset;
}

}  // namespace bearward
