#pragma once

#include <string>
#include <string_view>

#include "crypto/key.h"

namespace bearward::crypto {

/// The signature of `message` as JWS writes it (RFC 7518 §3, RFC 8037 §3.1): ES* as r and s side by
/// side. Any thread may call it: it makes its contexts anew. RSA takes about a millisecond. Throws
/// std::logic_error for a key that cannot sign.
std::string sign(const Key& key, std::string_view message);

}  // namespace bearward::crypto
