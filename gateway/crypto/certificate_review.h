#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "crypto/tls_certificate.h"

namespace bearward::crypto {

/// What an operator had better know of a certificate that works: it has expired or soon will, or its staple has. The
/// certificate is one that TlsContext takes.
std::vector<std::string> review_certificate(const ServerCertificate& certificate, UnixTime now);

}  // namespace bearward::crypto
