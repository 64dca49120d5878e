#include "rehearsal/witness_paths.h"

#include <algorithm>
#include <map>

namespace bearward::rehearsal {
namespace {

using policy::PathPattern;
using policy::PathSegment;
using Positions = std::vector<std::uint32_t>;

/// A decoded literal as a request may carry it.
std::string escaped(std::string_view literal) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view plain = "-._~!$&'()+,=:@;|";
  std::string text;
  for (const char c : literal) {
    const auto octet = static_cast<unsigned char>(c);
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || plain.find(c) != std::string_view::npos) {
      text += c;
    } else {
      text += {'%', digits[octet >> 4U], digits[octet & 0xfU]};
    }
  }
  return text;
}

class Walk {
 public:
  Walk(std::span<const PathPattern* const> patterns, std::size_t most) : patterns_(patterns), most_(most) {}

  WitnessPaths walk() {
    Positions all;
    for (std::uint32_t i = 0; i < patterns_.size(); ++i) all.push_back(i);
    visit("", 0, all, {});
    return std::move(result_);
  }

 private:
  /// `here`: patterns whose first `depth` segments match `prefix`; `tails`: those that went on with `**` above.
  void visit(const std::string& prefix, std::size_t depth, const Positions& here, Positions tails) {
    if (!result_.whole) return;
    Positions matching = tails;
    Positions longer;
    for (const std::uint32_t at : here) {
      const PathPattern& pattern = *patterns_[at];
      if (pattern.segments.size() > depth) {
        longer.push_back(at);
      } else {
        matching.push_back(at);
        if (pattern.tail) tails.push_back(at);
      }
    }
    // A path is never empty: what "/**" matches there is "/".
    if (depth != 0) emit(prefix, matching);
    branch(prefix, depth, longer, tails);
  }

  void branch(const std::string& prefix, std::size_t depth, const Positions& longer, const Positions& tails) {
    std::map<std::string_view, Positions> literals;
    Positions parameters;
    std::string_view name;
    for (const std::uint32_t at : longer) {
      const PathSegment& segment = patterns_[at]->segments[depth];
      if (segment.kind == PathSegment::Kind::literal) {
        literals[segment.text].push_back(at);
      } else {
        parameters.push_back(at);
        name = segment.text;
      }
    }
    for (auto& [literal, positions] : literals) {
      if (!result_.whole) return;  // else each literal would still get a copy of all parameters
      if (literal.empty()) {
        end_in_slash(prefix, positions, tails);
        continue;
      }
      positions.insert(positions.end(), parameters.begin(), parameters.end());
      visit(prefix + "/" + escaped(literal), depth + 1, positions, tails);
    }
    if (!literals.contains("") && !tails.empty()) emit(prefix + "/", tails);
    if (parameters.empty() && tails.empty()) return;
    std::string other{name.empty() ? "other" : name};
    while (literals.contains(other)) other += "-x";
    const std::string path = prefix + "/" + other;
    parameters.empty() ? emit(path, tails) : visit(path, depth + 1, parameters, tails);
  }

  /// Nothing comes after a slash at the end: requests arrive without "//".
  void end_in_slash(const std::string& prefix, const Positions& ending, Positions tails) {
    tails.insert(tails.end(), ending.begin(), ending.end());
    emit(prefix + "/", tails);
  }

  void emit(std::string path, const Positions& matches) {
    if (matches.empty()) return;
    result_.whole = result_.paths.size() < most_;
    if (result_.whole) result_.paths.push_back({std::move(path), matches});
  }

  std::span<const PathPattern* const> patterns_;
  std::size_t most_;
  WitnessPaths result_;
};

}  // namespace

WitnessPaths witness_paths(std::span<const PathPattern* const> patterns, std::size_t most) {
  return Walk(patterns, most).walk();
}

}  // namespace bearward::rehearsal
