#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/ip_network.h"
#include "http/head_writer.h"
#include "http/message.h"

namespace bearward::http {

/// Which fields of a message belong to one connection only and are not sent on (RFC 9110 §7.6.1): the
/// fixed set, and whatever its Connection field names. Holds views: no longer than the head.
class HopByHop {
 public:
  /// Connection may name so many fields: parsing refuses more, so that none is passed over here.
  static constexpr std::size_t most_named = 16;

  /// `with_trailers`: the message goes on in a framing that can have trailers, which its Trailer field announces.
  explicit HopByHop(Fields fields, bool with_trailers = false);

  bool drops(const Field& field) const;

 private:
  std::array<std::string_view, most_named> named_{};
  std::size_t count_ = 0;
  bool with_trailers_;
};

/// Is this a field that tells an upstream where a request came from (Forwarded, X-Forwarded-*, Via,
/// X-Request-Id), or that only harms it (Proxy)? In any spelling that a CGI server folds together: those
/// that are wanted are written anew.
bool is_forwarding_field(const Field& field);

/// A field by which a proxy would tell a server whose request, or which path or scheme, it really is
/// (`X-Real-IP`, `X-Original-URL`): a client's own word, so it is kept from upstreams unless a trusted proxy
/// sent it. In any spelling, as above. A path in it would be routed by, and no policy has seen that one.
bool is_proxy_claim(const Field& field);

/// A request framed or routed by a field that only some servers read (`Content_Length`): refused.
bool imitates_framing_field(const Field& field);

/// How often a request has come through gateways of that name (RFC 9110 §7.6.3): once for each member of `Via` that
/// names it.
unsigned count_via(Fields fields, std::string_view pseudonym);

inline constexpr std::string_view usual_pseudonym = "bearward";

/// What is believed and told of a request's origin.
struct Origin {
  IpAddress client_ip;                     // the peer, or what a trusted proxy says of its own peer
  bool secure = false;                     // the client speaks TLS, to us or to a trusted proxy
  bool trusted = false;                    // the peer is a trusted proxy: its fields are kept and added to
  std::string_view via = usual_pseudonym;  // what we are called in Via
};

/// By `X-Forwarded-For`, the rightmost address that no trusted proxy has; by `Forwarded` where that is absent. What
/// is to the left of it, or of a node that is no address (`unknown`, `_hidden`, garbage), is the client's own word.
Origin find_origin(const RequestHead& head, const Connection& connection, std::span<const IpNetwork> trusted_proxies);

/// Writes Forwarded (RFC 7239), X-Forwarded-For, -Proto, -Host, -Port and Via (RFC 9110 §7.6.3).
void write_forwarding(const RequestHead& head, const Connection& connection, const Origin& origin, HeadWriter& writer);

}  // namespace bearward::http
