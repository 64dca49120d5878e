#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

#include "support/certificates.h"

namespace bearward::testing {

/// Signs the certificates of clients and of servers, and lists those that it takes back.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& name = "Clients of the tests");

  struct Wish {
    std::string common_name = "client";
    std::string organization{};  // left out when empty
    std::string names{};  // subjectAltName as OpenSSL writes it: "DNS:a.test,URI:spiffe://test/a"; none when empty
    long serial = 1;
    long ends_in_seconds = 24 * 60 * 60;
    std::string raw_dns_name{};  // octets as they are, as a DNS name
  };
  Certificate issue(const Wish& wish) const;

  /// PEM.
  std::string certificate() const;
  std::string revocations(const std::vector<long>& serials, long ends_in_seconds = 24 * 60 * 60) const;

  /// An OCSP response in DER about a certificate that it has issued.
  std::string ocsp_response(const Certificate& certificate, bool good = true,
                            long ends_in_seconds = 24 * 60 * 60) const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
};

}  // namespace bearward::testing
