#pragma once

#include <string_view>

namespace bearward::crypto {

/// Whether `pem` holds certificates, one at least and each of them whole.
bool holds_ca_certificates(std::string_view pem);

}  // namespace bearward::crypto
