#include "http/forwarding.h"

#include <algorithm>

#include "http/field_syntax.h"
#include "http/forwarded.h"
#include "http/list.h"

namespace bearward::http {
namespace {

constexpr bool is_one_of(std::string_view name, std::uint32_t hash, std::span<const std::string_view> names) {
  return std::ranges::any_of(
      names, [&](std::string_view each) { return folded_hash(each) == hash && folded_equal(each, name); });
}

/// `proxy` is of nobody's making: a CGI server hands it on as HTTP_PROXY, and programs behind it then send
/// their own requests through a proxy of the client's choice (CVE-2016-5385).
constexpr std::array<std::string_view, 9> forwarding_names = {"forwarded",
                                                              "via",
                                                              "x-forwarded-for",
                                                              "x-forwarded-proto",
                                                              "x-forwarded-host",
                                                              "x-forwarded-port",
                                                              "x-forwarded-server",
                                                              "x-request-id",
                                                              "proxy"};

constexpr std::array<std::string_view, 14> claim_names = {
    "x-original-url",     "x-rewrite-url",      "x-original-uri",  "x-forwarded-uri",    "x-forwarded-prefix",
    "x-forwarded-method", "x-forwarded-scheme", "x-forwarded-ssl", "x-forwarded",        "x-real-ip",
    "x-client-ip",        "client-ip",          "true-client-ip",  "x-cluster-client-ip"};

constexpr std::array<std::string_view, 3> framing_names = {"content-length", "transfer-encoding", "host"};

/// One bit per folded hash modulo 64: most fields are told apart from a set of names by one look.
constexpr std::uint64_t bits_of(std::span<const std::string_view> names) {
  std::uint64_t bits = 0;
  for (const std::string_view name : names) bits |= std::uint64_t{1} << (folded_hash(name) % 64);
  return bits;
}
constexpr std::uint64_t forwarding_bits = bits_of(forwarding_names);
constexpr std::uint64_t framing_bits = bits_of(framing_names);
constexpr std::uint64_t claim_bits = bits_of(claim_names);

constexpr bool may_be_in(std::uint64_t bits, std::uint32_t hash) { return (bits >> (hash % 64) & 1U) != 0; }

bool is_trusted(const IpAddress& address, std::span<const IpNetwork> trusted) {
  return std::ranges::any_of(trusted, [&](const IpNetwork& network) { return network.contains(address); });
}

/// `:PORT`, or `:_NAME` where a proxy hides it (RFC 7239 §6).
bool is_port(std::string_view text) {
  if (!text.starts_with(':')) return false;
  text.remove_prefix(1);
  if (text.starts_with('_')) return is_token(text);
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// `a.b.c.d`, `a.b.c.d:port`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:port`.
std::optional<IpAddress> parse_node(std::string_view node) {
  if (node.starts_with('[')) {
    const std::size_t end = std::min(node.find(']'), node.size());
    const std::string_view after = node.substr(std::min(end + 1, node.size()));
    const std::string_view inside = node.substr(1, end - 1);
    if (end == node.size() || !inside.contains(':') || (!after.empty() && !is_port(after))) return std::nullopt;
    return IpAddress::parse(inside);
  }
  if (std::ranges::count(node, ':') != 1) return IpAddress::parse(node);
  const std::size_t colon = node.find(':');
  if (!is_port(node.substr(colon))) return std::nullopt;
  return IpAddress::parse(node.substr(0, colon));
}

/// One step towards the client. False: the next node is not to be believed.
bool believe(std::string_view node, std::span<const IpNetwork> trusted, Origin& origin) {
  const auto address = parse_node(node);
  if (!address) return false;
  origin.client_ip = *address;
  return is_trusted(*address, trusted);
}

/// False: the field is absent.
bool follow_x_forwarded_for(Fields fields, std::span<const IpNetwork> trusted, Origin& origin) {
  bool found = false;
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (field->id != FieldId::x_forwarded_for) continue;
    found = true;
    std::string_view rest = field->value;
    while (!rest.empty()) {
      const std::size_t comma = rest.rfind(',');
      const std::string_view node = trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
      if (!believe(node, trusted, origin)) return true;
    }
  }
  return found;
}

void follow_forwarded(Fields fields, std::span<const IpNetwork> trusted, Origin& origin) {
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (field->id != FieldId::forwarded) continue;
    ForwardedNodes nodes(field->value);
    if (!nodes.good()) return;
    std::string_view node;
    while (nodes.take_last(node)) {
      if (!believe(node, trusted, origin)) return;
    }
  }
}

/// What the nearest proxy says: proxies add to the end of a list, or add a field after what they got.
std::string_view last_member(Fields fields, FieldId id) {
  std::string_view last;
  for (const Field& field : fields) {
    if (field.id == id) last = field.value;
  }
  return trim(last.substr(last.rfind(',') + 1));  // npos + 1 is 0
}

bool is_host(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view{".-_:[]"}.contains(c);
  });
}

/// The port in `host`, with its colon; empty: none.
std::string_view port_of(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const bool in_address = host.ends_with(']') || colon == std::string_view::npos;
  return in_address ? std::string_view{} : host.substr(colon);
}

void write_all_values(Fields fields, FieldId id, HeadWriter& writer) {
  for (const Field& field : fields) {
    if (field.id != id || field.value.empty()) continue;
    writer.text(field.value);
    writer.text(", ");
  }
}

void write_forwarded_node(const IpAddress& address, std::string_view text, HeadWriter& writer) {
  writer.text(address.is_v4() ? "" : "\"[");
  writer.text(text);
  writer.text(address.is_v4() ? "" : "]\"");
}

/// The port that the client connected to. A trusted proxy that tells the scheme or the host but no port speaks of
/// another port than ours.
void write_forwarded_port(const RequestHead& head, const Connection& connection, const Origin& origin,
                          std::string_view told_host, HeadWriter& writer) {
  const bool told = origin.trusted && (is_host(told_host) || find(head.fields, FieldId::x_forwarded_proto) != nullptr);
  const std::string_view port = origin.trusted ? last_member(head.fields, FieldId::x_forwarded_port) : "";
  const auto is_number = [](std::string_view text) {
    return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (is_number(port)) {
    writer.field("X-Forwarded-Port", port);
  } else if (!told) {
    writer.field("X-Forwarded-Port", std::uint64_t{connection.local_port});
  } else if (is_port(port_of(told_host))) {
    writer.field("X-Forwarded-Port", port_of(told_host).substr(1));
  } else {
    writer.field("X-Forwarded-Port", std::uint64_t{origin.secure ? 443U : 80U});
  }
}

}  // namespace

HopByHop::HopByHop(Fields fields, bool with_trailers) : with_trailers_(with_trailers) {
  for (const Field& field : fields) {
    if (field.id != FieldId::connection) continue;
    for (const std::string_view name : ListView(field.value)) {
      if (equal_ignoring_case(name, "close") || equal_ignoring_case(name, "keep-alive")) continue;
      if (count_ == named_.size()) return;
      named_[count_++] = name;
    }
  }
}

bool HopByHop::drops(const Field& field) const {
  switch (field.id) {
    case FieldId::connection:
    case FieldId::content_length:
    case FieldId::keep_alive:
    case FieldId::proxy_authenticate:
    case FieldId::proxy_authorization:
    case FieldId::proxy_connection:
    case FieldId::te:
    case FieldId::transfer_encoding:
    case FieldId::upgrade:
      return true;
    case FieldId::trailer:
      if (!with_trailers_) return true;
      break;
    default:
      break;
  }
  for (std::size_t i = 0; i < count_; ++i) {
    if (equal_ignoring_case(named_[i], field.name)) return true;
  }
  return false;
}

bool is_forwarding_field(const Field& field) {
  return may_be_in(forwarding_bits, field.folded_hash) && is_one_of(field.name, field.folded_hash, forwarding_names);
}

bool is_proxy_claim(const Field& field) {
  return may_be_in(claim_bits, field.folded_hash) && is_one_of(field.name, field.folded_hash, claim_names);
}

bool imitates_framing_field(const Field& field) {
  return field.id == FieldId::other && may_be_in(framing_bits, field.folded_hash) &&
         is_one_of(field.name, field.folded_hash, framing_names);
}

Origin find_origin(const RequestHead& head, const Connection& connection, std::span<const IpNetwork> trusted_proxies) {
  Origin origin{.client_ip = connection.peer, .secure = connection.tls, .trusted = false};
  if (trusted_proxies.empty() || !is_trusted(connection.peer, trusted_proxies)) return origin;
  origin.trusted = true;
  if (const std::string_view proto = last_member(head.fields, FieldId::x_forwarded_proto); !proto.empty()) {
    origin.secure = equal_ignoring_case(proto, "https") || equal_ignoring_case(proto, "wss");
  }
  if (!follow_x_forwarded_for(head.fields, trusted_proxies, origin)) {
    follow_forwarded(head.fields, trusted_proxies, origin);
  }
  return origin;
}

unsigned count_via(Fields fields, std::string_view pseudonym) {
  unsigned times = 0;
  for (const Field& field : fields) {
    if (field.id != FieldId::via) continue;
    for (std::string_view member : ListView(field.value)) {  // PROTOCOL NAME (COMMENT)
      member.remove_prefix(std::min(member.find_first_of(" \t"), member.size()));
      member = trim(member);
      times += equal_ignoring_case(member.substr(0, member.find_first_of(" \t(")), pseudonym) ? 1 : 0;
    }
  }
  return times;
}

void write_forwarding(const RequestHead& head, const Connection& connection, const Origin& origin, HeadWriter& writer) {
  const std::string_view peer = connection.peer_text;
  const std::string_view proto = origin.secure ? "https" : "http";

  writer.text("Forwarded: ");
  if (origin.trusted) write_all_values(head.fields, FieldId::forwarded, writer);
  writer.text("for=");
  write_forwarded_node(connection.peer, peer, writer);
  if (!head.authority.host.empty()) {
    writer.text(";host=\"");
    writer.text(head.authority.host);
    if (!head.authority.port.empty()) {
      writer.text(":");
      writer.text(head.authority.port);
    }
    writer.text("\"");
  }
  writer.text(";proto=");
  writer.text(proto);
  writer.text("\r\nX-Forwarded-For: ");
  if (origin.trusted) write_all_values(head.fields, FieldId::x_forwarded_for, writer);
  writer.text(peer);
  writer.text("\r\nX-Forwarded-Proto: ");
  writer.text(proto);
  writer.text("\r\n");

  const std::string_view told_host =
      origin.trusted ? last_member(head.fields, FieldId::x_forwarded_host) : std::string_view{};
  if (is_host(told_host)) {
    writer.field("X-Forwarded-Host", told_host);
  } else if (!head.authority.host.empty()) {
    writer.text("X-Forwarded-Host: ");
    writer.text(head.authority.host);
    if (!head.authority.port.empty()) {
      writer.text(":");
      writer.text(head.authority.port);
    }
    writer.text("\r\n");
  }
  write_forwarded_port(head, connection, origin, told_host, writer);

  writer.text("Via: ");
  write_all_values(head.fields, FieldId::via, writer);
  writer.text(head.version == Version::http1_0 ? "1.0 " : "1.1 ");
  writer.text(origin.via);
  writer.text("\r\n");
}

}  // namespace bearward::http
