#include "transport/proxy_protocol.h"

#include <algorithm>
#include <charconv>

namespace bearward::transport {
namespace {

using Parsed = Result<std::optional<ProxyHeader>, BadProxyHeader>;
using Endpoints = ProxyHeader::Endpoints;

constexpr std::string_view signature_of_1 = "PROXY ";
constexpr std::size_t most_bytes_of_1 = 107;

constexpr std::string_view signature_of_2{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t head_bytes_of_2 = 16;

std::unexpected<BadProxyHeader> bad(std::string_view reason) { return std::unexpected(BadProxyHeader{reason}); }

/// Takes up to the next space off `line`; the rest is without that space.
std::string_view next_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

std::optional<std::uint16_t> parse_port(std::string_view word) {
  std::uint16_t port = 0;
  const char* const end = word.data() + word.size();
  const auto [stopped, failure] = std::from_chars(word.data(), end, port);
  const bool leading_zero = word.size() > 1 && word.front() == '0';
  if (word.empty() || failure != std::errc{} || stopped != end || leading_zero) return std::nullopt;
  return port;
}

/// "SOURCE DESTINATION PORT PORT"
std::optional<Endpoints> parse_endpoints(std::string_view line, bool v6) {
  if (std::ranges::count(line, ' ') != 3) return std::nullopt;
  const std::string_view source = next_word(line);
  const std::string_view destination = next_word(line);
  if (source.contains(':') != v6 || destination.contains(':') != v6) return std::nullopt;
  const auto source_ip = IpAddress::parse(source);
  const auto destination_ip = IpAddress::parse(destination);
  const auto source_port = parse_port(next_word(line));
  const auto destination_port = parse_port(line);
  if (!source_ip || !destination_ip || !source_port || !destination_port) return std::nullopt;
  return Endpoints{*source_ip, *destination_ip, *source_port, *destination_port};
}

Parsed parse_version_1(std::string_view received) {
  const std::string_view within = received.substr(0, most_bytes_of_1);
  const std::size_t line_feed = within.find('\n');
  if (line_feed == std::string_view::npos) {
    if (received.size() >= most_bytes_of_1) return bad("a version 1 header over 107 bytes");
    return std::optional<ProxyHeader>{};
  }
  if (within[line_feed - 1] != '\r') return bad("a version 1 header that does not end in CR LF");
  std::string_view line = within.substr(signature_of_1.size(), line_feed - 1 - signature_of_1.size());
  if (line.find('\r') != std::string_view::npos) return bad("a CR inside of a version 1 header");
  ProxyHeader header{.bytes = line_feed + 1, .endpoints = {}};
  const std::string_view family = next_word(line);
  if (family == "UNKNOWN") return header;  // what follows says nothing that counts
  if (family != "TCP4" && family != "TCP6") return bad("a version 1 header of another family");
  header.endpoints = parse_endpoints(line, family == "TCP6");
  if (!header.endpoints) return bad("a version 1 header with a bad address or port");
  return header;
}

std::uint16_t big_endian_16(std::string_view bytes) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8U | static_cast<unsigned char>(bytes[1]));
}

IpAddress address_of(std::string_view bytes) {
  IpAddress address;
  if (bytes.size() == 4) address.bytes[10] = address.bytes[11] = 0xff;
  std::ranges::copy(bytes, address.bytes.end() - static_cast<std::ptrdiff_t>(bytes.size()));
  return address;
}

/// `block`: the addresses, then TLVs. `size` is that of one address.
std::optional<Endpoints> read_endpoints(std::string_view block, std::size_t size) {
  if (block.size() < 2 * size + 4) return std::nullopt;
  return Endpoints{address_of(block.substr(0, size)), address_of(block.substr(size, size)),
                   big_endian_16(block.substr(2 * size)), big_endian_16(block.substr(2 * size + 2))};
}

Parsed parse_version_2(std::string_view received) {
  if (received.size() < head_bytes_of_2) return std::optional<ProxyHeader>{};
  const auto version_and_command = static_cast<unsigned char>(received[12]);
  const unsigned family = static_cast<unsigned char>(received[13]) >> 4U;
  const unsigned transport = static_cast<unsigned char>(received[13]) & 0xfU;
  ProxyHeader header{.bytes = head_bytes_of_2 + big_endian_16(received.substr(14)), .endpoints = {}};
  constexpr unsigned local = 0x20;
  constexpr unsigned proxy = 0x21;
  if (version_and_command != local && version_and_command != proxy) return bad("another version or command than 2 has");
  if (header.bytes > ProxyHeader::most_bytes) return bad("a version 2 header over 4096 bytes");
  if (received.size() < header.bytes) return std::optional<ProxyHeader>{};
  if (version_and_command == local) return header;  // the family is to be ignored

  constexpr unsigned unspecified = 0;
  constexpr unsigned stream = 1;
  constexpr unsigned inet = 1;
  constexpr unsigned unix_socket = 3;
  if (transport > stream || family > unix_socket) return bad("a version 2 header of another family or transport");
  if (family == unspecified || family == unix_socket || transport == unspecified) return header;
  const std::string_view block = received.substr(head_bytes_of_2, header.bytes - head_bytes_of_2);
  header.endpoints = read_endpoints(block, family == inet ? 4 : 16);
  if (!header.endpoints) return bad("a version 2 header too short for its addresses");
  return header;
}

/// Do as many bytes of `signature` as have come agree?
bool may_begin_with(std::string_view received, std::string_view signature) {
  return received.substr(0, signature.size()) == signature.substr(0, received.size());
}

}  // namespace

Parsed parse_proxy_header(std::string_view received) {
  const bool version_1 = may_begin_with(received, signature_of_1);
  if (!version_1 && !may_begin_with(received, signature_of_2)) return bad("no PROXY header");
  if (received.size() < (version_1 ? signature_of_1 : signature_of_2).size()) return std::optional<ProxyHeader>{};
  return version_1 ? parse_version_1(received) : parse_version_2(received);
}

}  // namespace bearward::transport
