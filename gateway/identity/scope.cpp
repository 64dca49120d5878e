#include "identity/scope.h"

#include <algorithm>

namespace bearward::identity {

bool is_scope_token(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

std::string joined(const Scopes& scopes) {
  std::string text;
  for (const std::string& scope : scopes) {
    if (!text.empty()) text += ' ';
    text += scope;
  }
  return text;
}

}  // namespace bearward::identity
