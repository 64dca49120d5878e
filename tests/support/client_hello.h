#pragma once

#include <string>

namespace bearward::testing {

/// The octets with which OpenSSL's client begins a TLS connection, for a test that sends them as it likes.
std::string client_hello(const std::string& server_name);

}  // namespace bearward::testing
