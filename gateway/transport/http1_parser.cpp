#include "transport/http1_parser.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "http/field_syntax.h"
#include "http/forwarding.h"
#include "http/list.h"

namespace bearward::transport {
namespace {

using http::Field;
using http::FieldId;
using http::Fields;

constexpr std::size_t longest_method = 32;

std::unexpected<HeadError> refuse(std::string_view reason, int status = 400) {
  return std::unexpected(HeadError{status, reason});
}

/// Does the text hold an octet that no field value may (RFC 9110 §5.5): a control other than tab? Eight
/// octets at a time: a token is hundreds of them, and looking at each alone was a tenth of a request.
bool has_control_octet(std::string_view text) {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  while (text.size() >= 8) {
    std::uint64_t octets;
    std::memcpy(&octets, text.data(), 8);
    const std::uint64_t below_space = (octets - ones * 0x20) & ~octets & high_bits;
    const std::uint64_t as_delete = octets ^ (ones * 0x7f);
    const std::uint64_t is_delete = (as_delete - ones) & ~as_delete & high_bits;
    // Both may report a neighbour of a true hit as well: the octets are then looked at one by one.
    if ((below_space | is_delete) != 0 && !http::is_field_value(text.substr(0, 8))) return true;
    text.remove_prefix(8);
  }
  return !http::is_field_value(text);
}

/// One line without its CRLF; `data` is a whole head, so every line ends in one.
std::string_view take_line(std::string_view& data) {
  const auto* line_feed = static_cast<const char*>(std::memchr(data.data(), '\n', data.size()));
  const auto length = static_cast<std::size_t>(line_feed - data.data());
  const std::string_view line = data.substr(0, length - 1);
  data.remove_prefix(length + 1);
  return line;
}

Result<Field, HeadError> parse_field_line(std::string_view line) {
  Field field;
  std::uint32_t hash = http::folded_hash_start;
  std::size_t colon = 0;
  while (colon < line.size() && line[colon] != ':') {
    const char folded = http::folded(line[colon]);
    if (folded == 0) {
      if (colon == 0) return refuse("obsolete line folding");
      return refuse(line[colon] == ' ' || line[colon] == '\t' ? "space in or after a field name"
                                                              : "field name with an invalid octet");
    }
    hash = http::folded_hash_step(hash, folded);
    ++colon;
  }
  if (colon == line.size()) return refuse("field line without a colon");
  if (colon == 0) return refuse("empty field name");
  field.name = line.substr(0, colon);
  field.value = http::trim(line.substr(colon + 1));
  if (has_control_octet(field.value)) return refuse("control octet in a field value");
  field.folded_hash = hash;
  field.id = http::identify(field.name, hash);
  return field;
}

/// Parses field lines up to and with the empty line that ends `data`; returns how many.
Result<std::size_t, HeadError> parse_fields(std::string_view data, FieldStorage& storage) {
  std::size_t count = 0;
  while (true) {
    const std::string_view line = take_line(data);
    if (line.empty()) return count;
    if (count == storage.size()) return refuse("too many fields", 431);
    auto field = parse_field_line(line);
    if (!field) return std::unexpected(field.error());
    storage[count++] = *field;
  }
}

/// 1*DIGIT, nothing else: no sign, no list, no white space (RFC 9110 §8.6).
bool parse_length(std::string_view text, std::uint64_t& length) {
  if (text.empty() || text.size() > 18) return false;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), length);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size() && text.front() != '-';
}

struct ConnectionOptions {
  bool close = false;
  bool keep_alive = false;
  std::size_t named = 0;  // fields, which go no further than this connection
};

ConnectionOptions connection_options(Fields fields) {
  ConnectionOptions options;
  for (const Field& field : fields) {
    if (field.id != FieldId::connection) continue;
    for (const std::string_view option : http::ListView(field.value)) {
      const bool close = http::equal_ignoring_case(option, "close");
      const bool keep_alive = http::equal_ignoring_case(option, "keep-alive");
      options.close = options.close || close;
      options.keep_alive = options.keep_alive || keep_alive;
      if (!close && !keep_alive) ++options.named;
    }
  }
  return options;
}

Result<bool, HeadError> keeps_alive(http::Version version, Fields fields) {
  const ConnectionOptions options = connection_options(fields);
  if (options.named > http::HopByHop::most_named) return refuse("too many options in Connection");
  return !options.close && (version == http::Version::http1_1 || options.keep_alive);
}

struct FramingFields {
  const Field* length = nullptr;
  const Field* coding = nullptr;
};

/// The rules that hold for both directions (RFC 9112 §6).
Result<FramingFields, HeadError> find_framing(Fields fields, http::Version version) {
  FramingFields found;
  for (const Field& field : fields) {
    if (field.id == FieldId::content_length) {
      if (found.length != nullptr) return refuse("more than one Content-Length");
      found.length = &field;
    } else if (field.id == FieldId::transfer_encoding) {
      if (found.coding != nullptr) return refuse("more than one Transfer-Encoding");
      found.coding = &field;
    } else if (http::imitates_framing_field(field)) {
      return refuse("a field that some servers read as Content-Length, Transfer-Encoding or Host");
    }
  }
  if (found.length != nullptr && found.coding != nullptr) return refuse("both Content-Length and Transfer-Encoding");
  if (found.coding != nullptr && version == http::Version::http1_0) return refuse("Transfer-Encoding in HTTP/1.0");
  return found;
}

template <class Head>
Result<void, HeadError> read_framing(const FramingFields& found, Head& head) {
  if (found.coding != nullptr) {
    if (!http::equal_ignoring_case(found.coding->value, "chunked"))
      return refuse("a transfer coding other than chunked");
    head.framing = http::Framing::chunked;
  } else if (found.length != nullptr) {
    if (!parse_length(found.length->value, head.content_length)) return refuse("malformed Content-Length");
    head.framing = http::Framing::length;
  }
  return {};
}

HeadError target_error(http::TargetError error) {
  switch (error) {
    case http::TargetError::malformed:
      return {400, "malformed request target"};
    case http::TargetError::encoded_separator:
      return {400, "encoded slash, backslash or NUL in the path"};
    case http::TargetError::climbs_above_root:
      return {400, "path climbs above the root"};
    case http::TargetError::dot_with_parameter:
      return {400, "dot segment with a parameter"};
  }
  return {400, "malformed request target"};
}

Result<http::Version, HeadError> parse_version(std::string_view text) {
  if (text == "HTTP/1.1") return http::Version::http1_1;
  if (text == "HTTP/1.0") return http::Version::http1_0;
  const bool well_formed = text.size() == 8 && text.starts_with("HTTP/") && text[5] >= '0' && text[5] <= '9' &&
                           text[6] == '.' && text[7] >= '0' && text[7] <= '9';
  return well_formed ? refuse("unsupported HTTP version", 505) : refuse("malformed request line");
}

/// Exactly one Host in HTTP/1.1 (RFC 9112 §3.2), at most one before; a target in absolute form has to
/// say the same, since an upstream might go by either.
Result<void, HeadError> read_authority(http::RequestHead& head) {
  const Field* host = nullptr;
  for (const Field& field : head.fields) {
    if (field.id != FieldId::host) continue;
    if (host != nullptr) return refuse("more than one Host");
    host = &field;
  }
  if (host == nullptr && head.version == http::Version::http1_1) return refuse("no Host");
  const auto writable = [](std::string_view view) {
    return std::span<char>(const_cast<char*>(view.data()), view.size());
  };
  if (host != nullptr && !http::parse_authority(writable(host->value), head.authority)) return refuse("malformed Host");
  if (head.target.authority.empty()) return {};
  http::Authority in_target;
  if (!http::parse_authority(writable(head.target.authority), in_target))
    return refuse("malformed authority in the target");
  if (host != nullptr && (in_target.host != head.authority.host || in_target.port != head.authority.port)) {
    return refuse("target and Host name different authorities");
  }
  head.authority = in_target;
  return {};
}

Result<void, HeadError> read_request_line(std::string_view line, http::RequestHead& head) {
  const std::size_t method_end = line.find(' ');
  if (method_end == std::string_view::npos || method_end > longest_method) return refuse("malformed request line");
  head.method = line.substr(0, method_end);
  if (!http::is_token(head.method)) return refuse("malformed method");
  const std::size_t target_end = line.find(' ', method_end + 1);
  if (target_end == std::string_view::npos) return refuse("malformed request line");
  const auto version = parse_version(line.substr(target_end + 1));
  if (!version) return std::unexpected(version.error());
  head.version = *version;
  // CONNECT opens tunnels, TRACE would echo identity fields to whoever sends it: neither is forwarded.
  if (head.method == "CONNECT" || head.method == "TRACE") return refuse("method not implemented", 501);

  const std::string_view raw = line.substr(method_end + 1, target_end - method_end - 1);
  const auto target = http::parse_target({const_cast<char*>(raw.data()), raw.size()});
  if (!target) return std::unexpected(target_error(target.error()));
  if (target->path == "*" && head.method != "OPTIONS") return refuse("malformed request target");
  head.target = *target;
  return {};
}

Result<void, HeadError> read_expectation(http::RequestHead& head) {
  bool expects = false;
  for (const Field& field : head.fields) {
    if (field.id != FieldId::expect) continue;
    // Two of them are one list to some servers, and the last or the first to others.
    if (expects || !http::equal_ignoring_case(field.value, "100-continue")) return refuse("unknown expectation", 417);
    expects = true;
  }
  head.expects_continue = expects && head.version == http::Version::http1_1 && head.has_content();
  return {};
}

}  // namespace

Result<HeadEnd, HeadError> find_head_end(std::string_view data, std::size_t& scanned) {
  if (!data.empty() && http::folded(data.front()) == 0) return refuse("not an HTTP message");
  std::size_t at = scanned;
  while (true) {
    const auto* found = static_cast<const char*>(std::memchr(data.data() + at, '\n', data.size() - at));
    if (found == nullptr) break;
    const auto line_feed = static_cast<std::size_t>(found - data.data());
    if (line_feed == 0 || data[line_feed - 1] != '\r') return refuse("bare LF");
    if (line_feed >= 3 && data[line_feed - 2] == '\n') return HeadEnd{line_feed + 1};
    at = line_feed + 1;
  }
  // Only while the head is incomplete, so that a bare CR is not waited upon; parsing finds it too.
  for (std::size_t cr = data.find('\r', scanned); cr != std::string_view::npos && cr + 1 < data.size();
       cr = data.find('\r', cr + 1)) {
    if (data[cr + 1] != '\n') return refuse("bare CR");
  }
  scanned = data.empty() ? 0 : std::max(at, data.size() - 1);
  return HeadEnd{};
}

Result<http::RequestHead, HeadError> parse_request_head(std::span<char> data, FieldStorage& storage) {
  http::RequestHead head;
  std::string_view rest(data.data(), data.size());
  const auto line = read_request_line(take_line(rest), head);
  if (!line) return std::unexpected(line.error());
  const auto count = parse_fields(rest, storage);
  if (!count) return std::unexpected(count.error());
  head.fields = Fields(storage.data(), *count);

  const auto authority = read_authority(head);
  if (!authority) return std::unexpected(authority.error());
  const auto framing = find_framing(head.fields, head.version);
  if (!framing) return std::unexpected(framing.error());
  const auto read = read_framing(*framing, head);
  if (!read) return std::unexpected(read.error());
  const auto keep_alive = keeps_alive(head.version, head.fields);
  if (!keep_alive) return std::unexpected(keep_alive.error());
  head.keep_alive = *keep_alive;
  const auto expectation = read_expectation(head);
  if (!expectation) return std::unexpected(expectation.error());
  return head;
}

Result<http::ResponseHead, HeadError> parse_response_head(std::string_view data, FieldStorage& storage, bool to_head) {
  http::ResponseHead head;
  const std::string_view line = take_line(data);
  const auto version = parse_version(line.substr(0, 8));
  if (!version) return refuse("malformed status line", 502);
  head.version = *version;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (line.size() < 12 || line[8] != ' ' || !is_digit(line[9]) || !is_digit(line[10]) || !is_digit(line[11]) ||
      (line.size() > 12 && line[12] != ' ')) {
    return refuse("malformed status line", 502);
  }
  head.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  head.reason = line.size() > 13 ? line.substr(13) : std::string_view{};
  if (head.status < 100 || head.status > 599 || !http::is_field_value(head.reason)) {
    return refuse("malformed status line", 502);
  }
  const auto count = parse_fields(data, storage);
  if (!count) return refuse(count.error().reason, 502);
  head.fields = Fields(storage.data(), *count);
  const auto framing = find_framing(head.fields, head.version);
  if (!framing) return refuse(framing.error().reason, 502);
  const auto read = read_framing(*framing, head);
  if (!read) return refuse(read.error().reason, 502);
  const auto keep_alive = keeps_alive(head.version, head.fields);
  if (!keep_alive) return refuse(keep_alive.error().reason, 502);
  head.keep_alive = *keep_alive;

  const bool never_has_content = head.status < 200 || head.status == 204;
  if (never_has_content && head.framing == http::Framing::chunked)
    return refuse("content where there can be none", 502);
  if (to_head || never_has_content || head.status == 304) {
    head.framing = http::Framing::none;  // content_length stays: what a GET would have brought
  } else if (head.framing == http::Framing::none) {
    head.framing = http::Framing::until_close;
    head.keep_alive = false;
  }
  return head;
}

Result<std::vector<http::Field>, HeadError> parse_trailers(std::string_view section) {
  std::vector<http::Field> trailers;
  while (!section.empty()) {
    if (trailers.size() == most_fields) return refuse("too many fields", 431);
    const auto field = parse_field_line(take_line(section));
    if (!field) return std::unexpected(field.error());
    trailers.push_back(*field);
  }
  return trailers;
}

}  // namespace bearward::transport
