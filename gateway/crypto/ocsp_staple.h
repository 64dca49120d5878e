#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

struct ssl_ctx_st;
struct ssl_st;
struct x509_st;

namespace bearward::crypto {

/// An OCSP response (RFC 6960) that goes to clients beside a certificate (RFC 6066 §8), so that none has to ask its
/// authority.
struct OcspStaple {
  std::string der;
  UnixTime expires_at{};  // nextUpdate; from then on it is not sent
  bool good = false;      // else the authority has revoked the certificate, or does not know it
};

/// A response of which the status for `certificate` is taken. The signature is verified where `issuer` is not null: it
/// is the issuer's, or of a responder that the issuer has certified. The error says why the file is none for this
/// certificate.
Result<OcspStaple, std::string> read_ocsp_staple(std::string_view der, x509_st* certificate, x509_st* issuer);

/// May it go to clients at this time?
bool can_be_sent(const OcspStaple& staple, UnixTime now);

}  // namespace bearward::crypto
