#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace bearward::identity {

struct User;

/// What a verified token says of its bearer (RFC 7519 §4.1, RFC 9068 §2.2).
struct TokenClaims {
  std::string issuer;                 // `iss`; empty when absent
  std::string subject;                // `sub`; never empty
  std::string username;               // the user it names: `sub`, or what a trusted issuer's tokens are told to say
  std::vector<std::string> audience;  // `aud`, a string or a list
  UnixTime expires_at{};              // `exp`; always present
  std::optional<UnixTime> not_before;
  std::optional<UnixTime> issued_at;
  /// When it was issued, at the earliest: to the millisecond where `jti` tells (a UUIDv7 within the second of
  /// `iat`), else the second of `iat` itself. For tokens_not_before.
  std::optional<UnixMilliseconds> issued_no_earlier;
  std::string token_id;   // `jti`; empty when absent
  std::string family_id;  // `sid`, of the login that it came from; empty when absent
  std::string client_id;  // empty when absent
  /// A client acts for itself (client_credentials): `sub` is its id, no user. `username` is its client_subject.
  bool is_client = false;
  std::string certificate_thumbprint{};  // `x5t#S256` of `cnf` (RFC 8705 §3.1); empty: good from whoever bears it
  std::vector<std::string> scopes;       // `scope` split at its spaces (RFC 6749 §3.3)
  boost::json::object all;               // every member as it came, for `claims:` conditions and {token.NAME}
  /// Of a trusted issuer's token, unless it asks for a local user: whom it describes, who is in no store.
  /// Null: `username` names a row of ours.
  std::shared_ptr<const User> described_user{};
};

}  // namespace bearward::identity
