#include "token/token_error.h"

namespace bearward::token {

std::string_view to_string(TokenError error) {
  switch (error) {
    case TokenError::too_large:
      return "too_large";
    case TokenError::malformed:
      return "malformed";
    case TokenError::unsupported_algorithm:
      return "unsupported_algorithm";
    case TokenError::forbidden_header:
      return "forbidden_header";
    case TokenError::wrong_type:
      return "wrong_type";
    case TokenError::unknown_issuer:
      return "unknown_issuer";
    case TokenError::unknown_key:
      return "unknown_key";
    case TokenError::wrong_algorithm:
      return "wrong_algorithm";
    case TokenError::bad_signature:
      return "bad_signature";
    case TokenError::wrong_issuer:
      return "wrong_issuer";
    case TokenError::wrong_audience:
      return "wrong_audience";
    case TokenError::expired:
      return "expired";
    case TokenError::not_yet_valid:
      return "not_yet_valid";
    case TokenError::unsupported_confirmation:
      return "unsupported_confirmation";
    case TokenError::wrong_certificate:
      return "wrong_certificate";
    case TokenError::no_local_name:
      return "no_local_name";
    case TokenError::no_keys_yet:
      return "no_keys_yet";
  }
  return "malformed";
}

}  // namespace bearward::token
