#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace bearward::endpoint {

/// Answers GET and HEAD with a document that anybody may read and caches may keep for `max_age_seconds`: 405
/// with Allow for every other method.
http::Response publish_document(const http::RequestHead& head, std::string_view content_type, std::string document,
                                int max_age_seconds);

}  // namespace bearward::endpoint
