#pragma once

#include <cstddef>

#include "async/task.h"
#include "base/secret.h"
#include "http/content.h"

namespace bearward::http {

enum class ReadContentError {
  too_large,  // over the caller's limit: answer 413
  cut_short,  // it never came to its end, or its framing is broken: the connection is of no more use
};

/// Reads all of a request's content, `limit_bytes` at most, for an endpoint that has to see it whole. A
/// Secret, since it may hold a password: no copy of it is left behind. Content that announces more than
/// the limit is refused before any of it is read.
Task<Result<Secret, ReadContentError>> read_content(Content& content, std::size_t limit_bytes);

}  // namespace bearward::http
