#pragma once

#include <optional>
#include <string_view>

#include "http/head.h"

namespace bearward::admin {

/// The admin listener asks for no credentials: it is trusted to whoever reaches its address. A browser on
/// the same machine reaches it for any page that it shows. This is what keeps such pages out: nullopt, or
/// why the request is refused.
/// - `Origin` (browsers send it with every POST and PATCH) is none but this listener's own.
/// - `Host` is an IP address or localhost: a page that points its own name here ("DNS rebinding") would
///   otherwise be of our origin.
/// - `Sec-Fetch-Site` does not say that another site began the request.
std::optional<std::string_view> problem_with_browser(const http::RequestHead& head);

}  // namespace bearward::admin
