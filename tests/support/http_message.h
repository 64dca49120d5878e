#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/tcp_socket.h"

namespace bearward::testing {

/// Field lines in their order, names as they came. Deliberately a parser of its own: the gateway's must not
/// judge itself.
class FieldLines {
 public:
  /// Of a whole head: its first line is passed over.
  static FieldLines parse(std::string_view head);

  /// The first one's value, whatever the name's case.
  std::optional<std::string> find(std::string_view name) const;
  /// Its value, or an empty text.
  std::string get(std::string_view name) const { return find(name).value_or(""); }
  std::size_t count(std::string_view name) const;
  /// Names in the spelling that CGI servers fold them to (upper case, `-` and other marks `_`).
  std::size_t count_folded(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& lines() const { return lines_; }

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

/// A response as a client saw it.
struct Response {
  int status = 0;  // 0: none came
  std::string head;
  FieldLines fields;
  std::string content;  // without the chunked coding
  FieldLines trailers;
  bool complete = false;             // its framing says that nothing is missing
  std::vector<std::string> interim;  // the heads of 1xx responses that came first
  Ending ending = Ending::open;      // how the connection stood when the response was over, or broke off

  std::string field(std::string_view name) const { return fields.get(name); }
};

/// What a failed assertion shows.
void PrintTo(const Response& response, std::ostream* out);

/// A request of HTTP/1.1 to `gateway.test`; `fields` are whole lines, each with its CRLF. With content,
/// Content-Length is written.
std::string request(std::string_view method, std::string_view target, std::string_view fields = "",
                    std::string_view content = "");
/// A field line `Authorization: Bearer TOKEN`.
std::string bearer(std::string_view token);
/// One chunk of the chunked coding; of no bytes, the last one.
std::string chunk(std::string_view content);

bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace bearward::testing
