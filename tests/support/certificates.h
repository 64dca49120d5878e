#pragma once

#include <string>

namespace bearward::testing {

/// PEM texts.
struct Certificate {
  std::string certificate;
  std::string private_key;
};

/// A self-signed ECDSA P-256 certificate for one DNS name or IPv4 address, good for a day.
Certificate make_certificate(const std::string& name);
/// The same with an RSA key of 2048 bits.
Certificate make_rsa_certificate(const std::string& name);
/// A self-signed ECDSA one, good until an hour ago.
Certificate make_expired_certificate(const std::string& name);

}  // namespace bearward::testing
