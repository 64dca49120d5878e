// A request head on its way to an upstream: who its client is, by what trusted proxies say, and the fields that tell
// the upstream. Whatever comes in, what is written is lines of a name and a value, and no field that belongs to this
// connection.
#include <cstdlib>
#include <string>
#include <vector>

#include "base/ip_network.h"
#include "fuzz/fuzz_target.h"
#include "http/field_syntax.h"
#include "http/forwarding.h"
#include "http/upgrade.h"
#include "transport/http1_parser.h"

namespace bearward {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_lines(std::string_view written) {
  while (!written.empty()) {
    const std::size_t end = written.find("\r\n");
    require(end != written.npos);
    const std::string_view line = written.substr(0, end);
    const std::size_t colon = line.find(": ");
    require(colon != line.npos && http::is_token(line.substr(0, colon)) &&
            http::is_field_value(line.substr(colon + 2)));
    written.remove_prefix(end + 2);
  }
}

}  // namespace

void fuzz(std::string_view input) {
  std::size_t scanned = 0;
  const auto end = transport::find_head_end(input, scanned);
  if (!end || end->bytes == 0) return;
  transport::FieldStorage storage;
  std::string text(input.substr(0, end->bytes));
  const auto head = transport::parse_request_head(text, storage);
  if (!head) return;
  const std::string_view protocol = http::requested_protocol(*head);
  require(protocol.empty() || (http::is_protocol(protocol) && !http::carries_http(protocol)));
  http::Connection connection;
  connection.peer = *IpAddress::parse("192.0.2.7");
  connection.peer_text = "192.0.2.7";
  connection.local_port = 443;
  static const std::vector<IpNetwork> everybody{*IpNetwork::parse("0.0.0.0/0"), *IpNetwork::parse("::/0")};
  static const std::vector<IpNetwork> neighbours{*IpNetwork::parse("192.0.2.0/24")};
  for (const auto& trusted : {std::vector<IpNetwork>{}, neighbours, everybody}) {
    const http::Origin origin = http::find_origin(*head, connection, trusted);
    if (trusted.empty()) require(origin.client_ip == connection.peer && !origin.trusted);
    std::vector<char> room(256 * 1024);
    http::HeadWriter writer(room);
    http::write_forwarding(*head, connection, origin, writer);
    require(!writer.overflowed());
    check_lines(writer.written());
  }
}

}  // namespace bearward
