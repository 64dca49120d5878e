#pragma once

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

#include "http/fields.h"

namespace bearward::transport {

/// What stands in front of a chunk's content: its size line (RFC 9112 §7.1).
struct ChunkStart {
  char text[18];
  std::size_t length;

  explicit ChunkStart(std::size_t size) {
    char* out = std::to_chars(text, text + 16, size, 16).ptr;
    *out++ = '\r';
    *out++ = '\n';
    length = static_cast<std::size_t>(out - text);
  }
  std::string_view view() const { return {text, length}; }
};

/// What stands behind it. Sent with its chunk, not in front of the next: there are readers that hand a chunk on
/// only when they have seen its end, and the next event of a stream may be an hour away.
inline constexpr std::string_view chunk_end = "\r\n";

/// The last chunk and the trailer section (§7.1.2).
inline std::string last_chunk(http::Fields trailers) {
  std::string text = "0\r\n";
  for (const http::Field& field : trailers) text.append(field.name).append(": ").append(field.value).append("\r\n");
  return text.append("\r\n");
}

}  // namespace bearward::transport
