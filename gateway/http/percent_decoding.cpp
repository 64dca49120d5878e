#include "http/percent_decoding.h"

#include <utility>

#include "base/secret.h"
#include "base/utf8.h"

namespace bearward::http {
namespace {

enum class Plus { plus, space };

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool decode_octets(std::string_view encoded, Plus plus, std::string& decoded) {
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    char c = encoded[at];
    if (c == '+' && plus == Plus::space) c = ' ';
    if (c == '%') {
      if (encoded.size() - at < 3) return false;
      const int high = hex_value(encoded[at + 1]);
      const int low = hex_value(encoded[at + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      at += 2;
    }
    decoded += c;
  }
  return true;
}

std::optional<std::string> decode(std::string_view encoded, Plus plus) {
  std::string decoded;
  decoded.reserve(encoded.size());  // never grows: no copy is left behind
  if (decode_octets(encoded, plus, decoded) && is_utf8(decoded)) return decoded;
  const Secret wiped(std::move(decoded));
  return std::nullopt;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view encoded) { return decode(encoded, Plus::plus); }

std::optional<std::string> form_decode(std::string_view encoded) { return decode(encoded, Plus::space); }

}  // namespace bearward::http
