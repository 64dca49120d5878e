#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bearward::crypto {

/// JWS carries r and s of an ECDSA signature side by side, each as long as the curve's field (RFC 7518
/// §3.4); OpenSSL wants them as an ASN.1 sequence. nullopt unless `raw` is exactly twice
/// `coordinate_bytes`. That r and s are from 1 to the order of the curve is OpenSSL's check.
std::optional<std::string> ecdsa_raw_to_der(std::string_view raw, std::size_t coordinate_bytes);

/// The way back, for what OpenSSL signed. nullopt when `der` is no such sequence.
std::optional<std::string> ecdsa_der_to_raw(std::string_view der, std::size_t coordinate_bytes);

}  // namespace bearward::crypto
