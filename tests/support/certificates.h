#pragma once

#include <string>

namespace bearward::testing {

/// PEM texts.
struct Certificate {
  std::string certificate;
  std::string private_key;
};

/// A self-signed ECDSA P-256 certificate for one DNS name, good for a day.
Certificate make_certificate(const std::string& name);

}  // namespace bearward::testing
