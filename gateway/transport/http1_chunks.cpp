#include "transport/http1_chunks.h"

#include <algorithm>

#include "http/field_syntax.h"

namespace bearward::transport {
namespace {

constexpr std::size_t longest_size_line = 256;
constexpr std::size_t longest_trailers = 8 * 1024;
// Of framing for nothing: chunks of one byte with an extension each make a gateway work for what an upstream is
// never charged with (CVE-2023-39326). Every chunk may cost 16 bytes and twice its content.
constexpr std::size_t most_excess_bytes = 16 * 1024;
constexpr unsigned most_size_digits = 15;  // 2^60 bytes: no overflow, and more than any content

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Result<ChunkDecoder::Step, ChunkDecoder::Error> ChunkDecoder::decode(std::string_view bytes) {
  Step step;
  while (step.consumed < bytes.size() && state_ != State::finished) {
    if (state_ == State::data) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - step.consumed));
      step.content = bytes.substr(step.consumed, size);
      step.consumed += size;
      left_ -= size;
      if (left_ == 0) state_ = State::data_cr;
      return step;
    }
    if (!take_framing(bytes[step.consumed])) return std::unexpected(Error::malformed);
    ++step.consumed;
  }
  return step;
}

bool ChunkDecoder::end_size_line() {
  excess_bytes_ += framing_bytes_;
  const std::uint64_t accounted_for = 16 + 2 * left_;
  excess_bytes_ = excess_bytes_ > accounted_for ? excess_bytes_ - static_cast<std::size_t>(accounted_for) : 0;
  framing_bytes_ = 0;
  size_digits_ = 0;
  state_ = left_ == 0 ? State::trailer_first : State::data;
  return excess_bytes_ <= most_excess_bytes;
}

/// What may stand behind the size, a name or a value: the line's end or a further extension.
bool ChunkDecoder::end_extension_part(char c) {
  state_ = c == '\r' ? State::size_lf : State::extension_name_first;
  return c == '\r' || c == ';';
}

/// §7.1.1 without white space: a quote that is open at the line's end, or a name that is none, is read on by some
/// servers and not by others.
bool ChunkDecoder::take_extension(char c) {
  switch (state_) {
    case State::extension_name_first:
      state_ = State::extension_name;
      return http::folded(c) != 0;
    case State::extension_name:
      if (http::folded(c) != 0) return true;
      if (c != '=') return end_extension_part(c);
      state_ = State::extension_value_first;
      return true;
    case State::extension_value_first:
      state_ = c == '"' ? State::extension_quoted : State::extension_value;
      return c == '"' || http::folded(c) != 0;
    case State::extension_value:
      return http::folded(c) != 0 || end_extension_part(c);
    case State::extension_quoted:
      if (c == '"') state_ = State::extension_quoted_end;
      if (c == '\\') state_ = State::extension_escaped;
      return http::is_field_value_char(c);
    case State::extension_escaped:
      state_ = State::extension_quoted;
      return http::is_field_value_char(c);
    default:
      return end_extension_part(c);
  }
}

bool ChunkDecoder::take_framing(char c) {
  ++framing_bytes_;
  switch (state_) {
    case State::size_first:
    case State::size: {
      const int digit = hex_value(c);
      if (digit >= 0) {
        if (++size_digits_ > most_size_digits) return false;
        left_ = left_ * 16 + static_cast<unsigned>(digit);
        state_ = State::size;
        return true;
      }
      if (state_ == State::size_first) return false;
      return end_extension_part(c);
    }
    case State::extension_name_first:
    case State::extension_name:
    case State::extension_value_first:
    case State::extension_value:
    case State::extension_quoted:
    case State::extension_escaped:
    case State::extension_quoted_end:
      return framing_bytes_ <= longest_size_line && take_extension(c);
    case State::size_lf:
      return c == '\n' && end_size_line();
    case State::data_cr:
      state_ = State::data_lf;
      return c == '\r';
    case State::data_lf:
      framing_bytes_ = 0;
      state_ = State::size_first;
      return c == '\n';
    case State::trailer_first:
      if (c == '\r') {
        state_ = State::end_lf;
        return true;
      }
      trailers_ += c;
      state_ = State::trailer;
      name_seen_ = false;
      return http::folded(c) != 0;
    case State::trailer:
      if (framing_bytes_ > longest_trailers) return false;
      trailers_ += c;
      if (name_seen_) {
        if (c == '\r') {
          state_ = State::trailer_lf;
          return true;
        }
        return http::is_field_value_char(c);
      }
      if (c == ':') {
        name_seen_ = true;
        return true;
      }
      return http::folded(c) != 0;
    case State::trailer_lf:
      trailers_ += c;
      state_ = State::trailer_first;
      return c == '\n';
    case State::end_lf:
      state_ = State::finished;
      return c == '\n';
    case State::data:
    case State::finished:
      break;
  }
  return false;
}

}  // namespace bearward::transport
