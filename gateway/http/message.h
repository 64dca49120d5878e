#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_network.h"
#include "crypto/client_certificate.h"
#include "http/content.h"
#include "http/head.h"
#include "http/tunnel.h"

namespace bearward::http {

/// Waits for something on behalf of a client; told when that client has gone meanwhile.
class ClientWatcher {
 public:
  virtual ~ClientWatcher() = default;
  virtual void client_gone() = 0;
};

/// Sends an interim response (RFC 9110 §15.2) ahead of the final one, to the client of one exchange.
class InterimSender {
 public:
  virtual ~InterimSender() = default;
  virtual Task<> send_interim(const ResponseHead& head) = 0;
  /// Has `watcher` told if the client closes its connection from now on; null: nobody.
  virtual void watch_client(ClientWatcher* watcher) { static_cast<void>(watcher); }
};

/// Where a request came in.
struct Connection {
  IpAddress peer;         // the other end of the socket
  std::string peer_text;  // the same, written once a connection
  std::uint16_t local_port = 0;
  bool tls = false;
  std::shared_ptr<const crypto::ClientCertificate> certificate{};  // that the peer showed, verified; null: none
  int socket = -1;  // to look at, such as whether the peer has gone; -1: none
};

/// A request on its way through the gateway. The head's views and the content live until the response
/// has been sent.
struct Request {
  const RequestHead& head;
  Content& content;
  InterimSender& interim;
  const Connection& connection;
};

/// How an exchange ended.
struct ExchangeEnd {
  int status;
  std::uint64_t content_bytes;                     // sent to the client: content, or through a tunnel
  bool complete;                                   // false: the response, or the tunnel, was cut short
  std::optional<std::uint64_t> tunnelled_bytes{};  // of a tunnel: what came from the client
  std::string_view cut_by{};                       // why we cut it, where that is known
};

/// Told once how an exchange ended: the access log, counters.
class ExchangeObserver {
 public:
  virtual ~ExchangeObserver() = default;
  virtual void exchange_ended(const ExchangeEnd& end) = 0;
};

/// What a response needs beside its content. `fields` are written as they stand, except those that
/// belong to one connection only (forwarding.h) and the framing, which the server writes itself.
struct Response {
  int status = 500;
  std::string_view reason;                              // empty: the standard phrase
  Fields fields;                                        // views into what `content` owns
  std::vector<Field> kept_fields;                       // `fields` after some were dropped (drop_fields.h)
  std::string own_fields;                               // further lines, each `Name: value CR LF`
  std::string body;                                     // content that is at hand; used when `content` is null
  std::unique_ptr<Content> content;                     // null: `body` is all
  std::unique_ptr<Tunnel> tunnel;                       // with 101: what the connection is from now on
  std::optional<std::uint64_t> length_without_content;  // Content-Length of an answer to HEAD, or a 304
  bool has_date = false;                                // `own_fields` has the Date field
  bool close = false;                                   // end the connection afterwards
  std::unique_ptr<ExchangeObserver> observer;           // may be null
};

}  // namespace bearward::http
