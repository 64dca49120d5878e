#pragma once

#include <string_view>

#include "http/head.h"

namespace bearward::http {

/// The protocol that a request asks to switch its connection to (RFC 9110 §7.8), `name` or `name/version`, where it
/// says so in the one way that every server reads alike: HTTP/1.1, `upgrade` in Connection, and one Upgrade field
/// with one protocol. Else empty: a server may always pass over Upgrade, so the request goes on without it.
std::string_view requested_protocol(const RequestHead& head);

/// Would HTTP itself run inside a tunnel of that protocol (`h2c`, `HTTP/2.0`, `TLS/1.0`)? Then requests in it would
/// be seen by no route and no policy: never forwarded.
bool carries_http(std::string_view protocol);

/// `name` or `name/version` (RFC 9110 §7.8)?
bool is_protocol(std::string_view text);

/// The same protocol; a `listed` one without a version stands for all versions.
bool is_same_protocol(std::string_view listed, std::string_view protocol);

/// Do an answer's fields say that it switches to `protocol`, and to nothing else?
bool switches_to(Fields fields, std::string_view protocol);

}  // namespace bearward::http
