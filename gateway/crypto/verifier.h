#pragma once

#include <memory>
#include <string_view>

#include "crypto/key.h"

namespace bearward::crypto {

/// Verifies the signatures of one key as JWS writes them (RFC 7518 §3, RFC 8037 §3.1). Holds contexts
/// that are set up once (DigestVerifyInit for each call costs RS256 another 4.5 of 25.6 us), so it
/// belongs to one worker: not for two threads at a time.
class Verifier {
 public:
  virtual ~Verifier() = default;

  /// False for anything but a good signature; of wrong length, out of range and wrong alike. Leaves
  /// OpenSSL's error queue empty.
  virtual bool verify(std::string_view message, std::string_view signature) = 0;
};

std::unique_ptr<Verifier> make_verifier(Key::Pointer key);

}  // namespace bearward::crypto
