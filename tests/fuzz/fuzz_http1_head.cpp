// Heads of requests and answers, as they come from the wire. Whatever is taken has to be unambiguous: what this
// checks is what two servers could read differently.
#include <cstdlib>
#include <string>

#include "fuzz/fuzz_target.h"
#include "transport/http1_parser.h"

namespace bearward {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_clean(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

template <class Head>
void check_fields(const Head& head) {
  for (const http::Field& field : head.fields) {
    require(!field.name.empty() && is_clean(field.name) && is_clean(field.value));
    require(field.name.find_first_of(" \t:") == field.name.npos);
    require(field.value.empty() || (field.value.front() != ' ' && field.value.back() != ' '));
  }
}

}  // namespace

void fuzz(std::string_view input) {
  std::size_t scanned = 0;
  const auto end = transport::find_head_end(input, scanned);
  if (!end || end->bytes == 0) return;
  require(end->bytes <= input.size());
  transport::FieldStorage storage;
  std::string text(input.substr(0, end->bytes));
  if (const auto head = transport::parse_request_head(text, storage)) {
    check_fields(*head);
    require(!head->method.empty() && is_clean(head->target.path));
    require(head->target.path == "*" || head->target.path.starts_with('/') || head->method == "CONNECT");
    require(head->target.path.find("/../") == head->target.path.npos);
  }
  for (const bool to_head : {false, true}) {
    if (const auto head = transport::parse_response_head(input.substr(0, end->bytes), storage, to_head)) {
      check_fields(*head);
      require(head->status >= 100 && head->status <= 999);
    }
  }
}

}  // namespace bearward
