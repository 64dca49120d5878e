#include "crypto/ecdsa_signature.h"

#include <openssl/ecdsa.h>

#include <array>

#include "crypto/openssl.h"

namespace bearward::crypto {
namespace {

// X.690: an INTEGER is as short as it can be, with a zero byte before a set top bit.
void append_integer(std::string& der, std::string_view number) {
  number.remove_prefix(std::min(number.find_first_not_of('\0'), number.size() - 1));
  const bool padded = static_cast<unsigned char>(number[0]) >= 0x80;
  der += '\x02';
  der += static_cast<char>(number.size() + padded);
  if (padded) der += '\0';
  der += number;
}

struct FreeSignature {
  void operator()(ECDSA_SIG* p) const { ECDSA_SIG_free(p); }
};

}  // namespace

std::optional<std::string> ecdsa_raw_to_der(std::string_view raw, std::size_t coordinate_bytes) {
  if (coordinate_bytes == 0 || raw.size() != 2 * coordinate_bytes) return std::nullopt;
  std::string body;
  body.reserve(2 * coordinate_bytes + 6);
  append_integer(body, raw.substr(0, coordinate_bytes));
  append_integer(body, raw.substr(coordinate_bytes));
  std::string der{'\x30'};
  if (body.size() >= 0x80) der += '\x81';  // P-521 alone: 139 bytes at most
  der += static_cast<char>(body.size());
  return der + body;
}

std::optional<std::string> ecdsa_der_to_raw(std::string_view der, std::size_t coordinate_bytes) {
  const unsigned char* at = as_bytes(der);
  const std::unique_ptr<ECDSA_SIG, FreeSignature> parsed{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()))};
  std::string raw(2 * coordinate_bytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  const int length = static_cast<int>(coordinate_bytes);
  if (parsed == nullptr || at != as_bytes(der) + der.size() ||
      BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out, length) != length ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out + length, length) != length) {
    forget_openssl_errors();
    return std::nullopt;
  }
  return raw;
}

}  // namespace bearward::crypto
