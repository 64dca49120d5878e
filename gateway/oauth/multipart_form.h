#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "oauth/form.h"

namespace bearward::oauth {

/// The boundary of a multipart/form-data content, from the value of its Content-Type (RFC 2046 §5.1.1);
/// nullopt for another media type and for a boundary that is missing, repeated or not of its characters.
std::optional<std::string> multipart_boundary(std::string_view content_type);

/// The parameters of a multipart/form-data request (RFC 7578), as FormData of browsers and HTTP libraries
/// write them, and nothing beside: no preamble, no epilogue but an empty line, no nested part, no transfer
/// encoding, no file. Whoever needs more than a login form has not sent one. Linear in its input.
Result<Form, FormError> parse_multipart(std::string_view content, std::string_view boundary);

}  // namespace bearward::oauth
