// The first bytes of a connection from a proxy, as a PROXY header: taken the same whole and byte by byte, never more
// bytes of it than have come, and what is taken never depends on what follows the header.
#include <cstdlib>
#include <string>

#include "fuzz/fuzz_target.h"
#include "transport/proxy_protocol.h"

namespace bearward {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool same(const transport::ProxyHeader& a, const transport::ProxyHeader& b) {
  if (a.bytes != b.bytes || a.endpoints.has_value() != b.endpoints.has_value()) return false;
  return !a.endpoints ||
         (a.endpoints->source == b.endpoints->source && a.endpoints->destination == b.endpoints->destination &&
          a.endpoints->source_port == b.endpoints->source_port &&
          a.endpoints->destination_port == b.endpoints->destination_port);
}

}  // namespace

void fuzz(std::string_view input) {
  const auto whole = transport::parse_proxy_header(input);
  for (std::size_t size = 0; size <= input.size(); ++size) {
    const std::string beginning(input.substr(0, size));  // a copy of its own: reading past it is seen
    const auto parsed = transport::parse_proxy_header(beginning);
    if (!parsed) {
      require(!whole);  // bytes that are no beginning of a header do not become one
      return;
    }
    if (!*parsed) continue;
    require((*parsed)->bytes == size && whole && *whole && same(**parsed, **whole));
    return;
  }
  require(whole && !*whole && input.size() < transport::ProxyHeader::most_bytes);
}

}  // namespace bearward
