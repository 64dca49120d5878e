#pragma once

#include <memory>

#include "crypto/client_certificate.h"
#include "identity/token_claims.h"
#include "identity/user.h"

namespace bearward::identity {

/// Who asks: the verified token and the live user row it names. Both are null for an anonymous request
/// on a public route; a client that acts for itself has a token and no user. Whoever has shown a certificate in the TLS
/// handshake has it beside these, or alone.
struct Principal {
  std::shared_ptr<const TokenClaims> token;
  std::shared_ptr<const User> user;
  std::shared_ptr<const crypto::ClientCertificate> certificate{};

  bool anonymous() const { return token == nullptr; }
};

}  // namespace bearward::identity
