#include "http/challenge.h"

namespace bearward::http {
namespace {

/// Callers give text of their own or scope tokens, neither of which holds a quote or a backslash (RFC
/// 6749 §3.3); whatever does is left out rather than sent.
void append(std::string& challenge, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  challenge += challenge.ends_with("Bearer") ? " " : ", ";
  challenge += name;
  challenge += "=\"";
  for (const char c : value) {
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') challenge += c;
  }
  challenge += '"';
}

}  // namespace

std::string bearer_challenge(std::string_view error, std::string_view description, std::string_view scope) {
  std::string challenge = "Bearer";
  append(challenge, "error", error);
  append(challenge, "error_description", description);
  append(challenge, "scope", scope);
  return challenge;
}

}  // namespace bearward::http
