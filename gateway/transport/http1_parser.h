#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/head.h"

namespace bearward::transport {

/// Why a message cannot be taken, and the status that says so (to the client; from an upstream it is 502).
struct HeadError {
  int status;
  std::string_view reason;  // for the log; never a part of the message
};

/// Where a head ends in what has been read so far.
struct HeadEnd {
  std::size_t bytes = 0;  // of the whole head, its last empty line included; 0 while it is incomplete
};

inline constexpr std::size_t most_fields = 100;
using FieldStorage = std::array<http::Field, most_fields>;

/// Looks for a head's end in `data`. `scanned` is how much of it an earlier call has seen. Refuses as
/// soon as it is certain that no good head will come of it: a bare CR or LF, a first octet that begins no
/// message.
Result<HeadEnd, HeadError> find_head_end(std::string_view data, std::size_t& scanned);

/// Parses a complete head to the letter of RFC 9112 and refuses whatever two servers could read
/// differently: obsolete folding, space before a colon, bare CR or LF, control octets, an invalid or
/// second Host, both Content-Length and Transfer-Encoding, any doubt about the length. Works in place: the
/// target is normalised inside `data`, and the result's views point into `data` and `storage`.
Result<http::RequestHead, HeadError> parse_request_head(std::span<char> data, FieldStorage& storage);

/// The same for an upstream's answer. `to_head`: the request's method was HEAD.
Result<http::ResponseHead, HeadError> parse_response_head(std::string_view data, FieldStorage& storage, bool to_head);

/// Parses a trailer section, whole lines without the empty one that ends it, as strictly as a head's fields. The
/// result's views point into `section`.
Result<std::vector<http::Field>, HeadError> parse_trailers(std::string_view section);

}  // namespace bearward::transport
