#include "rehearsal/merge_changes.h"

#include <algorithm>
#include <unordered_map>

namespace bearward::rehearsal {
namespace {

using Texts = std::vector<std::string> AccessChange::*;

constexpr Texts all_texts[] = {&AccessChange::hosts, &AccessChange::paths, &AccessChange::methods,
                               &AccessChange::callers};

/// All but `member`, as one text.
std::string key_without(const AccessChange& change, Texts member) {
  std::string key = change.before + '\n' + change.after + '\n' + change.route_before + '\n' + change.route_after;
  for (const Texts each : all_texts) {
    if (each == member) continue;
    key += '\x1d';
    for (const std::string& text : change.*each) key += text + '\n';
  }
  return key;
}

std::vector<AccessChange> merge_by(std::vector<AccessChange> changes, Texts member) {
  std::vector<AccessChange> merged;
  std::unordered_map<std::string, std::size_t> at;
  for (AccessChange& change : changes) {
    const auto [found, is_new] = at.emplace(key_without(change, member), merged.size());
    if (is_new) {
      merged.push_back(std::move(change));
      continue;
    }
    std::vector<std::string>& known = merged[found->second].*member;
    for (std::string& text : change.*member) {
      // Only a method can come twice: a path of the gateway's own is looked at apart from the routes.
      const bool known_already = member == &AccessChange::methods && std::ranges::find(known, text) != known.end();
      if (!known_already) known.push_back(std::move(text));
    }
  }
  return merged;
}

}  // namespace

std::vector<AccessChange> merge_changes_of_host(std::vector<AccessChange> changes) {
  return merge_by(merge_by(std::move(changes), &AccessChange::methods), &AccessChange::paths);
}

std::vector<AccessChange> merge_changes(std::vector<AccessChange> changes) {
  changes = merge_by(merge_changes_of_host(std::move(changes)), &AccessChange::hosts);
  std::ranges::stable_sort(changes, {}, &AccessChange::kind);
  return changes;
}

}  // namespace bearward::rehearsal
