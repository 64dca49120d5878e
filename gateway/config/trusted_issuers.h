#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/place.h"

namespace bearward::config {

class Diagnostics;
struct Config;

/// An https: URL that keys are fetched from.
struct JwksUrl {
  std::string text;  // as written
  std::string host;  // a name or an IP address, which the server's certificate has to be for
  std::uint16_t port = 443;
  std::string target;  // path and query

  bool operator==(const JwksUrl&) const = default;
};

/// Somebody else whose tokens are accepted.
struct TrustedIssuer {
  std::string issuer;                   // `iss` of its tokens
  std::string jwks_file;                // absolute path; empty: `jwks_url` it is
  std::string jwks;                     // content of that file, read by the loader
  JwksUrl jwks_url;                     // when there is no file
  std::string ca_file;                  // whom the server of jwks_url is verified against; empty: the system's
  std::string ca;                       // its content, read by the loader
  std::vector<std::string> algorithms;  // JWS `alg`s, asymmetric all of them
  std::vector<std::string> audiences;   // one of them must be among `aud`; empty: not checked
  std::string username_claim = "sub";   // a dotted path (identity/claim_path.h)
  std::string roles_claim;              // likewise; empty: no roles
  std::string username_prefix;          // before every username
  bool require_user = false;            // a local user of that name must exist: its row says what holds
  Place place;
  Place jwks_place;
  Place ca_place;
  Place prefix_place;  // of username_prefix, or of the whole where it is absent
};

/// What the section cannot see by itself: names that two sources can yield, a prefix that no user's name has.
void validate_trusted_issuers(const Config& config, Diagnostics& diagnostics);

}  // namespace bearward::config
