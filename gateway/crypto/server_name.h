#pragma once

#include <string>
#include <string_view>

struct ssl_st;

namespace bearward::crypto {

/// The name that a client asks for (SNI, RFC 6066 §3), as its ClientHello has it: only while that is being
/// read. Empty: none, or not a well-formed one, which OpenSSL refuses later.
std::string_view requested_server_name(ssl_st* connection);

/// ASCII letters in lower case; names of servers compare so.
std::string lower(std::string_view text);
bool same_server_name(std::string_view a, std::string_view b);

}  // namespace bearward::crypto
