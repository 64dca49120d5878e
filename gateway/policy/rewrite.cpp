#include "policy/rewrite.h"

#include "policy/percent_encoding.h"

namespace bearward::policy {

std::string_view strip_prefix(std::string_view path, std::string_view prefix) {
  std::string_view rest = path;
  if (prefix.empty() || !consume_decoded(rest, prefix)) return path;
  if (rest.empty()) return "/";
  return rest.front() == '/' ? rest : path;
}

}  // namespace bearward::policy
