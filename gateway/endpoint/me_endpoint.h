#pragma once

#include <optional>
#include <string_view>

#include "config/endpoints.h"
#include "http/message.h"
#include "identity/principal.h"

namespace bearward::endpoint {

/// The answer to a method that `me` does not have; nullopt for GET and HEAD. Looked at before who asks.
std::optional<http::Response> refuse_me_method(std::string_view method, config::Compatibility compatibility);

/// Tells an authenticated user who the gateway takes it for: the live row, or what a trusted issuer says. A
/// client that acts for itself is no user: 403.
http::Response answer_me(const identity::Principal& principal, config::Compatibility compatibility);

}  // namespace bearward::endpoint
