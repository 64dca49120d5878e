#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "crypto/ticket_keys.h"

struct ssl_ctx_st;

namespace bearward::crypto {

/// How clients resume sessions (RFC 5077, RFC 8446 §2.2): the gateway keeps nothing, the client brings its session
/// back under a key of ours.
struct SessionTickets {
  std::shared_ptr<TicketKeys> keys;  // null: clients resume nothing
  std::chrono::seconds lifetime{2 * 60 * 60};
};

/// Has `context` give and take tickets, or not. `tickets` outlives it. A ticket is taken for the name that it was given
/// for (RFC 6066 §3), while the client's certificate in it has not expired; otherwise the handshake is a whole one.
void use_session_tickets(ssl_ctx_st* context, const SessionTickets& tickets);

}  // namespace bearward::crypto
