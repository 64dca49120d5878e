#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace bearward::http {

/// The fields that the gateway itself reads or writes; every other is `other` and known by its name.
enum class FieldId : std::uint8_t {
  other,
  authorization,
  connection,
  content_length,
  content_type,
  date,
  expect,
  forwarded,
  host,
  keep_alive,
  origin,
  proxy_authenticate,
  proxy_authorization,
  proxy_connection,
  te,
  trailer,
  transfer_encoding,
  upgrade,
  via,
  x_forwarded_for,
  x_forwarded_host,
  x_forwarded_port,
  x_forwarded_proto,
  x_request_id,
};

/// One field line as it came, without the colon and the white space around the value. The views point
/// into the buffer the head was read to: they live as long as the exchange.
struct Field {
  std::string_view name;
  std::string_view value;
  std::uint32_t folded_hash = 0;  // field_syntax.h: equal for every spelling that a CGI server folds together
  FieldId id = FieldId::other;    // by the exact name, whatever its case
};

using Fields = std::span<const Field>;

/// By a name's folded hash and its spelling; FieldId::other when the gateway gives it no meaning.
FieldId identify(std::string_view name, std::uint32_t folded_hash);

/// The first field of that id, or null.
const Field* find(Fields fields, FieldId id);
std::size_t count(Fields fields, FieldId id);

}  // namespace bearward::http
