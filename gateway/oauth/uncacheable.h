#pragma once

#include "http/message.h"

namespace bearward::oauth {

/// RFC 6749 §5.1: no cache keeps an answer of the token endpoint. Pragma is for caches of HTTP/1.0.
inline void make_uncacheable(http::Response& response) {
  response.own_fields += "Cache-Control: no-store\r\nPragma: no-cache\r\n";
}

}  // namespace bearward::oauth
