#include "crypto/server_name.h"

#include <openssl/ssl.h>

#include <algorithm>

namespace bearward::crypto {
namespace {

char lower_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Takes a length of two octets off `text`; false where that is not the length of all the rest.
bool take_length_of_rest(std::string_view& text) {
  if (text.size() < 2) return false;
  const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::size_t length = octet(0) * std::size_t{256} + octet(1);
  text.remove_prefix(2);
  return length == text.size();
}

}  // namespace

std::string_view requested_server_name(ssl_st* connection) {
  const unsigned char* octets = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(connection, TLSEXT_TYPE_server_name, &octets, &size) != 1) return {};
  std::string_view text{reinterpret_cast<const char*>(octets), size};
  // A list of names that may hold one of each type, and there is one type: host_name.
  if (!take_length_of_rest(text) || text.empty() || text.front() != TLSEXT_NAMETYPE_host_name) return {};
  text.remove_prefix(1);
  return take_length_of_rest(text) ? text : std::string_view{};
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower_letter);
  return result;
}

bool same_server_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower_letter, lower_letter);
}

}  // namespace bearward::crypto
