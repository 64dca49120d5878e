#include "http/trailers.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "http/field_syntax.h"
#include "http/forwarding.h"

namespace bearward::http {
namespace {

constexpr std::array<std::string_view, 34> names = {"age",
                                                    "allow",
                                                    "authorization",
                                                    "cache-control",
                                                    "clear-site-data",
                                                    "connection",
                                                    "cookie",
                                                    "cookie2",
                                                    "date",
                                                    "early-data",
                                                    "expect",
                                                    "expires",
                                                    "host",
                                                    "http2-settings",
                                                    "keep-alive",
                                                    "location",
                                                    "max-forwards",
                                                    "origin",
                                                    "pragma",
                                                    "range",
                                                    "refresh",
                                                    "retry-after",
                                                    "set-cookie",
                                                    "set-cookie2",
                                                    "strict-transport-security",
                                                    "te",
                                                    "trailer",
                                                    "transfer-encoding",
                                                    "upgrade",
                                                    "vary",
                                                    "warning",
                                                    "www-authenticate",
                                                    "x-http-method-override",
                                                    "x-method-override"};

/// `x-accel-`: by these nginx is told what to send in an answer's place.
constexpr std::array<std::string_view, 8> families = {"access-control-", "content-", "if-",          "proxy-",
                                                      "remote-",         "sec-",     "x-forwarded-", "x-accel-"};
constexpr std::array<std::string_view, 1> despite_its_family = {"content-digest"};

bool is_in(std::string_view name, std::span<const std::string_view> known) {
  return std::ranges::any_of(known, [&](std::string_view each) { return folded_equal(each, name); });
}

}  // namespace

bool is_never_a_trailer(const Field& field) {
  if (is_forwarding_field(field) || is_proxy_claim(field) || is_in(field.name, names)) return true;
  const bool in_family = std::ranges::any_of(
      families, [&](std::string_view family) { return folded_equal(family, field.name.substr(0, family.size())); });
  return in_family && std::ranges::find_if(despite_its_family, [&](std::string_view each) {
                        return equal_ignoring_case(each, field.name);
                      }) == despite_its_family.end();
}

}  // namespace bearward::http
