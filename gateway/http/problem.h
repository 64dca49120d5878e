#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace bearward::http {

/// An answer of the gateway's own that refuses: `application/problem+json` (RFC 9457) with the standard
/// phrase of `status` as its title and `detail`, a sentence, if there is one.
Response problem(int status, std::string_view detail);

/// The same in the form of FastAPI's HTTPException: {"detail": ...}.
Response detail_only(int status, std::string_view detail);

/// An answer with a JSON document.
Response json_response(int status, std::string body);

/// Appends `text` as a JSON string, its quotes included. Octets that are not ASCII are taken for UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace bearward::http
