#pragma once

#include <string>

#include "config/client_certificate.h"

namespace bearward::policy {

/// Is it one that the policy wants? Texts compare octet by octet, but DNS names without regard to case. Allocates
/// nothing.
bool is_wanted(const config::WantedCertificate& wanted, const crypto::ClientCertificate& certificate);

/// "dns billing.example.org"; "any" where any will do.
std::string to_string(const config::WantedCertificate& wanted);

/// The same names of one that was shown.
std::string to_string(const crypto::ClientCertificate& certificate);

}  // namespace bearward::policy
