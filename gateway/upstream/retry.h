#pragma once

#include <string_view>

#include "transport/http1_client.h"

namespace bearward::upstream {

/// May the request be sent a second time, and does that help (RFC 9110 §9.2.2)? Only where the method is
/// idempotent, no byte was answered, no content had been taken from the client, which is still there, and the upstream
/// was not merely too slow: then a second try would only double its load.
bool may_try_again(std::string_view method, const transport::Http1Client::Failure& failure);

/// The status that says what went wrong with an upstream: 504 too slow, 502 anything else.
int status_of(const error_code& error);

}  // namespace bearward::upstream
