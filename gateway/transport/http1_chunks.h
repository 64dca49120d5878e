#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bearward::transport {

/// Takes the chunked coding (RFC 9112 §7.1) off content that arrives in pieces. Strict: CRLF only, a
/// size without sign, space or overflow, extensions and trailers bounded and well-formed. Extensions are
/// dropped (§7.1.1), trailers kept for whoever parses them.
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
  /// Once finished: the trailer section, whole lines with their CRLF. Mostly empty.
  std::string_view trailers() const { return trailers_; }

 private:
  enum class State {
    size_first,
    size,
    extension_name_first,  // behind a ';'
    extension_name,
    extension_value_first,  // behind a '='
    extension_value,
    extension_quoted,
    extension_escaped,
    extension_quoted_end,
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
  bool take_extension(char c);
  bool end_extension_part(char c);
  bool end_size_line();

  State state_ = State::size_first;
  std::uint64_t left_ = 0;  // of this chunk's content
  unsigned size_digits_ = 0;
  std::size_t framing_bytes_ = 0;  // of this chunk's size line, or of the trailers
  std::size_t excess_bytes_ = 0;   // of framing over what content accounts for
  std::string trailers_;
  bool name_seen_ = false;  // the trailer line has its colon
};

}  // namespace bearward::transport
