#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>

#include "token/key_set.h"

namespace bearward::token {

/// The JWK set (RFC 7517 §5) that others verify our tokens with: of each key pair the public half with its `kid`,
/// `alg` and `use`. Shared secrets are never among them; with nothing else the list is empty.
std::string write_jwk_set(std::span<const NamedKey> keys);

}  // namespace bearward::token
