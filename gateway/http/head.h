#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip_network.h"
#include "http/fields.h"
#include "http/target.h"

namespace bearward::http {

enum class Version : std::uint8_t { http1_0, http1_1 };

/// How a message says where its content ends (RFC 9112 §6.3).
enum class Framing : std::uint8_t { none, length, chunked, until_close };

/// A request's head, checked and normalised. All views live as long as the exchange.
struct RequestHead {
  std::string_view method;
  Target target;
  Authority authority;  // of the target or the Host field; host empty for HTTP/1.0 without one
  Fields fields;
  Version version = Version::http1_1;
  Framing framing = Framing::none;
  std::uint64_t content_length = 0;  // of Framing::length
  bool keep_alive = true;
  bool expects_continue = false;

  bool has_content() const { return framing == Framing::chunked || content_length != 0; }
};

/// A response's head as an upstream sent it.
struct ResponseHead {
  int status = 0;
  std::string_view reason;
  Fields fields;
  Version version = Version::http1_1;
  Framing framing = Framing::none;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
};

/// The reason phrase that goes with a status code; "Unknown" for one we never send.
std::string_view reason_phrase(int status);

}  // namespace bearward::http
