#include "admin/browser_guard.h"

#include <string>

#include "base/ip_network.h"
#include "http/field_syntax.h"

namespace bearward::admin {
namespace {

/// No Host at all (HTTP/1.0) is no browser.
bool is_address_or_localhost(std::string_view host) {
  if (host.empty() || host == "localhost") return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return IpAddress::parse(host).has_value();
}

/// The listener speaks clear text, so this is the whole of its origin (RFC 6454 §6.2).
bool is_own_origin(std::string_view origin, const http::Authority& authority) {
  std::string own = "http://" + std::string(authority.host);
  if (!authority.port.empty() && authority.port != "80") own += ":" + std::string(authority.port);
  return http::equal_ignoring_case(origin, own);
}

bool is_of_another_site(const http::Field& field) {
  return http::equal_ignoring_case(field.name, "Sec-Fetch-Site") && field.value != "none" &&
         field.value != "same-origin";
}

}  // namespace

std::optional<std::string_view> problem_with_browser(const http::RequestHead& head) {
  if (!is_address_or_localhost(head.authority.host))
    return "the admin listener is called by its IP address or as localhost, not by another name";
  for (const http::Field& field : head.fields) {
    if (field.id == http::FieldId::origin && !is_own_origin(field.value, head.authority))
      return "a page of another origin may not call the admin listener";
    if (is_of_another_site(field)) return "a page of another site may not call the admin listener";
  }
  return std::nullopt;
}

}  // namespace bearward::admin
