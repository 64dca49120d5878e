#pragma once

#include <chrono>
#include <string>

#include "base/secret.h"
#include "http/message.h"

namespace bearward::oauth {

/// What a successful request for a token is answered with (RFC 6749 §5.1).
struct TokenResponse {
  std::string access_token;
  std::chrono::seconds expires_in{};
  Secret refresh_token{};  // left out when empty
  std::string scope{};     // what was granted; empty: nothing
  std::string username{};  // beyond the RFC: front ends of FastAPI's tutorial show it; left out when empty
};

/// 200 with a JSON object; `token_type` is bearer. Never to be stored.
http::Response to_response(const TokenResponse& answer);

}  // namespace bearward::oauth
