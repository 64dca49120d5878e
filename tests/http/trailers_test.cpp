#include "http/trailers.h"

#include <gtest/gtest.h>

#include "http/field_syntax.h"

namespace bearward::http {
namespace {

Field named(std::string_view name) {
  const std::uint32_t hash = folded_hash(name);
  return {name, "x", hash, identify(name, hash)};
}

TEST(Trailers, MayCarryWhatIsSaidOfContentThatHasGone) {
  for (const char* name : {"X-Checksum", "grpc-status", "grpc-message", "Server-Timing", "ETag", "Repr-Digest",
                           "Content-Digest", "Digest", "Link", "Contents", "Iffy", "X-Forward"}) {
    EXPECT_FALSE(is_never_a_trailer(named(name))) << name;
  }
}

TEST(Trailers, NeverCarryWhatWasDecidedByTheHead) {
  for (const char* name : {"Content-Length",
                           "Transfer-Encoding",
                           "Host",
                           "Connection",
                           "Keep-Alive",
                           "TE",
                           "Trailer",
                           "Upgrade",
                           "Authorization",
                           "Proxy-Authorization",
                           "Proxy-Authenticate",
                           "WWW-Authenticate",
                           "Cookie",
                           "Set-Cookie",
                           "Content-Type",
                           "Content-Encoding",
                           "Content-Range",
                           "Content-Security-Policy",
                           "Expect",
                           "Range",
                           "If-Match",
                           "If-None-Match",
                           "Cache-Control",
                           "Max-Forwards",
                           "Age",
                           "Date",
                           "Expires",
                           "Location",
                           "Retry-After",
                           "Vary",
                           "Forwarded",
                           "Via",
                           "X-Forwarded-For",
                           "X-Forwarded-User",
                           "X-Forwarded-Anything",
                           "X-Request-Id",
                           "X-Real-IP",
                           "X-Original-URL",
                           "X-HTTP-Method-Override",
                           "Access-Control-Allow-Origin",
                           "Sec-Fetch-Site",
                           "X-Accel-Redirect",
                           "Remote-User",
                           "Proxy"}) {
    EXPECT_TRUE(is_never_a_trailer(named(name))) << name;
  }
}

TEST(Trailers, AreKnownInEverySpellingThatACgiServerFolds) {
  for (const char* name : {"content_length", "TRANSFER_ENCODING", "x.forwarded.for", "Set_Cookie", "x_forwarded-user",
                           "content_digest", "REMOTE_USER", "if_match"}) {
    EXPECT_TRUE(is_never_a_trailer(named(name))) << name;
  }
}

}  // namespace
}  // namespace bearward::http
