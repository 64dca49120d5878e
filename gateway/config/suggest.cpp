#include "config/suggest.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace bearward::config {
namespace {

// No name that a configuration knows is longer; a longer text is no slip of the keyboard, and the bound
// keeps the table on the stack.
constexpr std::size_t longest = 63;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Edits between `a` and `b`, both at most `longest` bytes: insert, delete, change, swap of neighbours
/// (optimal string alignment). Case alone costs nothing: `Token` is meant as `token`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::array<std::array<std::size_t, longest + 1>, longest + 1> cost;
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

/// Two edits turn any short word into any other: `me` must not suggest `sub`.
std::size_t allowed_edits(std::string_view found) { return found.size() < 4 ? 1 : 2; }

}  // namespace

std::string suggest(std::string_view found, std::span<const std::string_view> expected) {
  if (found.empty() || found.size() > longest) return "";
  std::string_view best;
  std::size_t best_distance = allowed_edits(found) + 1;
  for (const std::string_view candidate : expected) {
    const std::size_t difference =
        candidate.size() > found.size() ? candidate.size() - found.size() : found.size() - candidate.size();
    if (candidate.size() > longest || difference >= best_distance) continue;
    const std::size_t distance = edit_distance(found, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  if (best.empty()) return "";
  return "; did you mean \"" + std::string{best} + "\"?";
}

}  // namespace bearward::config
