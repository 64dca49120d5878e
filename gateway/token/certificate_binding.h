#pragma once

#include "crypto/client_certificate.h"
#include "identity/token_claims.h"

namespace bearward::token {

/// RFC 8705 §3: a token that is bound to a certificate is good only from whoever shows that certificate in the TLS
/// handshake; any other is a bearer token. `shown` may be null. Asked at every request: the cache of verified tokens
/// says nothing of who presents one.
inline bool may_present(const identity::TokenClaims& claims, const crypto::ClientCertificate* shown) {
  if (claims.certificate_thumbprint.empty()) return true;
  return shown != nullptr && shown->thumbprint == claims.certificate_thumbprint;
}

}  // namespace bearward::token
