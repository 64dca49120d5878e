#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace bearward::transport {

/// Takes the chunked coding (RFC 9112 §7.1) off content that arrives in pieces. Strict: CRLF only, a
/// size without sign, space or overflow, extensions and trailers bounded and well-formed. Extensions are
/// dropped, and so are trailers (RFC 9110 §6.5.1 lets an intermediary do so).
class ChunkDecoder {
 public:
  enum class Error { malformed };

  struct Step {
    std::size_t consumed = 0;  // of the bytes given
    std::string_view content;  // a part of them; may be empty while more is needed
  };

  /// Takes what it can of `bytes`, up to the end of one chunk's content at most.
  Result<Step, Error> decode(std::string_view bytes);
  bool finished() const { return state_ == State::finished; }

 private:
  enum class State {
    size_first,
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_first,
    trailer,
    trailer_lf,
    end_lf,
    finished
  };

  bool take_framing(char c);

  State state_ = State::size_first;
  std::uint64_t left_ = 0;  // of this chunk's content
  unsigned size_digits_ = 0;
  std::size_t framing_bytes_ = 0;  // of this chunk's size line, or of the trailers
  bool name_seen_ = false;         // the trailer line has its colon
  bool name_empty_ = true;
};

}  // namespace bearward::transport
