#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "crypto/client_certificate.h"

namespace bearward::config {

/// What `access: client_certificate` wants: of each kind of name that it has, the certificate has one. Nothing at
/// all: any certificate will do.
struct WantedCertificate {
  std::vector<std::string> subjects{};
  std::vector<std::string> issuers{};
  std::vector<std::string> dns{};  // in lower case
  std::vector<std::string> email{};
  std::vector<std::string> uri{};
  std::vector<std::string> fingerprints{};  // 64 lower-case hexadecimal digits

  /// Each kind under the key that the policy spells, in the order of the keys.
  std::vector<std::pair<std::string_view, const std::vector<std::string>*>> named() const;
};

/// A certificate that nobody has shown, by members that are named as those of `access: client_certificate`. The error
/// says what is wrong.
Result<crypto::ClientCertificate, std::string> certificate_from_json(const boost::json::object& members);

}  // namespace bearward::config
