// Chunked content as it comes from the wire. The first byte says in pieces of what size; however it comes it decodes
// alike, and what is taken encodes to something that decodes alike again.
#include <cstdlib>
#include <optional>
#include <string>

#include "fuzz/fuzz_target.h"
#include "http/trailers.h"
#include "transport/http1_chunk_frame.h"
#include "transport/http1_chunks.h"
#include "transport/http1_parser.h"

namespace bearward {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct Decoded {
  std::string content;
  std::string trailers;
  std::size_t consumed = 0;
  bool finished = false;

  bool operator==(const Decoded&) const = default;
};

/// nullopt: refused.
std::optional<Decoded> decode(std::string_view bytes, std::size_t piece) {
  transport::ChunkDecoder decoder;
  Decoded decoded;
  while (decoded.consumed < bytes.size() && !decoder.finished()) {
    const std::string_view given = bytes.substr(decoded.consumed, piece);
    const auto step = decoder.decode(given);
    if (!step) return std::nullopt;
    require(step->consumed <= given.size() && step->content.size() <= step->consumed);
    require(step->consumed > 0);
    decoded.content += step->content;
    decoded.consumed += step->consumed;
  }
  decoded.finished = decoder.finished();
  decoded.trailers = decoder.trailers();
  return decoded;
}

void check_trailers(std::string_view section) {
  const auto trailers = transport::parse_trailers(section);
  if (!trailers) return;  // too many of them
  for (const http::Field& field : *trailers) {
    require(!field.name.empty());
    require(field.name.find_first_of(std::string_view(" \t:\r\n\0", 6)) == field.name.npos);
    require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == field.value.npos);
  }
}

}  // namespace

void fuzz(std::string_view input) {
  if (input.empty()) return;
  const std::size_t piece = static_cast<unsigned char>(input.front()) % 67 + 1;
  const std::string_view bytes = input.substr(1);
  const auto whole = decode(bytes, bytes.size());
  const auto in_pieces = decode(bytes, piece);
  require(whole == in_pieces);
  if (!whole || !whole->finished) return;
  check_trailers(whole->trailers);
  require(bytes.substr(0, whole->consumed).ends_with("\r\n\r\n"));

  std::string coded;
  if (!whole->content.empty()) {
    coded.append(transport::ChunkStart(whole->content.size()).view()).append(whole->content);
    coded.append(transport::chunk_end);
  }
  const auto trailers = transport::parse_trailers(whole->trailers);
  coded += transport::last_chunk(trailers ? http::Fields(*trailers) : http::Fields{});
  const auto again = decode(coded, piece);
  require(again && again->finished && again->content == whole->content && again->consumed == coded.size());
}

}  // namespace bearward
