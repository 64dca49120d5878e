#include "pipeline/forward.h"

#include <boost/asio/error.hpp>

#include "http/field_syntax.h"
#include "http/list.h"
#include "http/max_forwards.h"
#include "http/trace_context.h"
#include "pipeline/upstream_content.h"
#include "pipeline/upstream_tunnel.h"
#include "policy/rewrite.h"
#include "policy/upgrades.h"
#include "upstream/retry.h"
#include "upstream/stable_hash.h"

namespace bearward::pipeline {
namespace {

using http::FieldId;

/// Is a field of the client kept from the upstream, whatever the route says?
bool is_withheld(const http::Field& field, const Permit& permit) {
  switch (field.id) {
    case FieldId::host:    // written anew, as it was normalised
    case FieldId::expect:  // written anew, where it means something
    case FieldId::x_request_id:
      return true;
    case FieldId::authorization:
      return !permit.route().forward_authorization;
    default:
      return http::is_forwarding_field(field) || permit.route().identity.strips(field);
  }
}

void write_content_framing(const http::RequestHead& head, http::HeadWriter& writer) {
  if (head.framing == http::Framing::chunked) writer.field("Transfer-Encoding", "chunked");
  if (head.framing == http::Framing::length) writer.field("Content-Length", head.content_length);
}

/// The answer's fields as the route edits them, written out; nullopt when they grow over all bounds.
std::optional<std::string> edit_fields(const http::ResponseHead& head, const policy::FieldEdits& edits,
                                       transport::BufferPool& buffers) {
  transport::BufferPool::Lease block(buffers);
  http::HeadWriter writer(block.span());
  const http::HopByHop hop_by_hop(head.fields, head.framing == http::Framing::chunked);
  for (const http::Field& field : head.fields) {
    if (!hop_by_hop.drops(field) && !edits.drops(field)) writer.field(field.name, field.value);
  }
  edits.write(writer);
  if (writer.overflowed()) return std::nullopt;
  return std::string(writer.written());
}

/// All but the content.
Result<http::Response, Rejection> to_response(const http::ResponseHead& head, const Permit& permit, bool to_head,
                                              transport::BufferPool& buffers) {
  http::Response response;
  response.status = head.status;
  response.reason = head.reason;
  response.fields = head.fields;
  const bool announces_length = (to_head || head.status == 304) && http::find(head.fields, FieldId::content_length);
  if (announces_length) response.length_without_content = head.content_length;
  if (const policy::FieldEdits& edits = permit.route().response_fields; !edits.empty()) {
    response.has_date = http::find(head.fields, FieldId::date) != nullptr;
    auto edited = edit_fields(head, edits, buffers);
    if (!edited) return std::unexpected(Rejection::upstream(502, "answer_head_too_large"));
    response.own_fields = std::move(*edited);
    response.fields = {};
  }
  return response;
}

/// Does a client take trailers (RFC 9110 §10.1.4)? That goes for one connection, so it is said anew to the upstream.
bool takes_trailers(const http::RequestHead& head) {
  if (head.version == http::Version::http1_0) return false;
  for (const http::Field& field : head.fields) {
    if (field.id != FieldId::te) continue;
    for (const std::string_view coding : http::ListView(field.value)) {
      if (http::equal_ignoring_case(coding, "trailers")) return true;
    }
  }
  return false;
}

/// Trailers are edited as the fields of the head are. Copies: the content may be sent while the answer is read, when
/// the snapshot of the route has gone.
void edit_trailers(const http::Request& request, const policy::Route& route) {
  if (request.head.framing != http::Framing::chunked) return;
  request.content.drop_trailers([hop_by_hop = http::HopByHop(request.head.fields), identity = route.identity,
                                 edits = route.request_fields](const http::Field& field) {
    return hop_by_hop.drops(field) || identity.strips(field) || edits.drops(field);
  });
}

void edit_trailers(const http::ResponseHead& head, const policy::Route& route, http::Content& content) {
  if (head.framing != http::Framing::chunked) return;
  content.drop_trailers([hop_by_hop = http::HopByHop(head.fields), edits = route.response_fields](
                            const http::Field& field) { return hop_by_hop.drops(field) || edits.drops(field); });
}

Rejection to_rejection(upstream::NoTarget why) {
  switch (why) {
    case upstream::NoTarget::none_healthy:
      return Rejection::no_upstream("no_healthy_target");
    case upstream::NoTarget::cannot_connect:
      return Rejection::upstream(502, "connect_failed");
    case upstream::NoTarget::connecting_timed_out:
      break;
  }
  return Rejection::upstream(504, "connect_timed_out");
}

/// What `balance: hash` goes by: the client's address where the request has nothing better.
std::uint64_t balance_key(const http::Request& request, const Permit& permit, const http::Origin& origin,
                          const config::HashOn& on) {
  using Kind = config::HashOn::Kind;
  const identity::Principal& principal = permit.principal();
  if (on.kind == Kind::user && principal.user) return upstream::stable_hash(principal.user->username);
  if (on.kind == Kind::user && principal.token) return upstream::stable_hash(principal.token->subject);
  if (on.kind == Kind::header) {
    for (const http::Field& field : request.head.fields) {
      if (http::equal_ignoring_case(field.name, on.header)) return upstream::stable_hash(field.value);
    }
  }
  const auto& bytes = origin.client_ip.bytes;
  return upstream::stable_hash({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// Did the target fail, rather than the client, or a connection that it had every right to close?
bool is_targets_fault(const transport::Http1Client::Failure& failure, bool reused) {
  if (failure.client_error) return false;
  return !reused || failure.answered || failure.error == asio::error::timed_out;
}

/// Its length announced, an answer is no stream: it was allowed when it began, and ends by itself.
bool is_stream(const http::ResponseHead& head) {
  return head.status == 101 || head.framing == http::Framing::chunked || head.framing == http::Framing::until_close;
}

LatestEnd latest_end(const Permit& permit, const http::ResponseHead& head) {
  const policy::Route& route = permit.route();
  const bool expires = is_stream(head) && !permit.principal().anonymous();
  if (!expires && !route.limits.max_stream_age) return {};
  const SteadyTime now = steady_now();
  LatestEnd end{now + route.limits.max_stream_age.value_or(std::chrono::years{1}), "max_stream_age"};
  if (expires) {
    const std::chrono::seconds left = permit.principal().token->expires_at + route.token_leeway - unix_now();
    const SteadyTime expired_at = now + std::max(left, std::chrono::seconds{0});
    if (expired_at < end.at) end = {expired_at, "token_expired"};
  }
  return end;
}

/// What may end the answer when its user changes; nullopt: nothing. Whom a trusted issuer's token describes has no row
/// of ours that could change.
std::optional<StreamTerms> terms_of(const http::ResponseHead& head, const Permit& permit, const http::Origin& origin) {
  const identity::Principal& principal = permit.principal();
  if (!is_stream(head) || principal.anonymous() || principal.token->described_user) return std::nullopt;
  const policy::Route& route = permit.route();
  return StreamTerms{.principal = principal,
                     .access = route.access,
                     .parameters = {permit.parameters().begin(), permit.parameters().end()},
                     .client_ip = origin.client_ip,
                     .let_in_at = unix_now(),
                     .enforced = route.mode == config::Mode::enforce};
}

http::Tunnel::Limits tunnel_limits(const Permit& permit, const config::Limits& limits, const http::ResponseHead& head) {
  const LatestEnd end = latest_end(permit, head);
  return {.idle = permit.route().limits.tunnel_timeout.value_or(limits.tunnel_timeout),
          .half_closed = permit.route().limits.idle_timeout.value_or(limits.idle_timeout),
          .latest = end.at,
          .latest_reason = end.reason};
}

Rejection to_rejection(const transport::Http1Client::Failure& failure) {
  if (failure.client_error == asio::error::connection_aborted) return Rejection::client_gone();
  if (failure.client_error == asio::error::message_size) return Rejection::bad_content(413, "content_too_large");
  if (failure.client_error == asio::error::timed_out) return Rejection::bad_content(408, "content_timed_out");
  if (failure.client_error) return Rejection::bad_content(400, "content_cut_short_or_malformed");
  const int status = upstream::status_of(failure.error);
  return Rejection::upstream(status, status == 504 ? "upstream_timed_out" : "upstream_failed");
}

}  // namespace

Result<void, Rejection> write_upstream_head(const http::Request& request, const Permit& permit,
                                            const http::Origin& origin, std::string_view request_id,
                                            std::string_view default_host, http::HeadWriter& writer,
                                            std::string_view assertion) {
  const http::RequestHead& head = request.head;
  const policy::Route& route = permit.route();
  writer.text(head.method);
  writer.text(" ");
  writer.text(policy::strip_prefix(head.target.path, route.strip_prefix));
  writer.text(head.target.query);
  writer.text(" HTTP/1.1\r\nHost: ");
  writer.text(head.authority.host.empty() ? default_host : head.authority.host);
  if (!head.authority.port.empty()) {
    writer.text(":");
    writer.text(head.authority.port);
  }
  writer.text("\r\n");

  const http::HopByHop hop_by_hop(head.fields, head.framing == http::Framing::chunked);
  const http::TraceContext trace(head.fields);
  // The pipeline has refused what is no number, and answers zero itself.
  const std::optional<std::uint64_t> forwards_left = http::max_forwards(head).value_or(std::nullopt);
  for (const http::Field& field : head.fields) {
    if (hop_by_hop.drops(field) || is_withheld(field, permit) || route.request_fields.drops(field)) continue;
    if (!origin.trusted && http::is_proxy_claim(field)) continue;
    if (trace.drops(field) || (forwards_left && http::is_max_forwards(field))) continue;
    writer.field(field.name, field.value);
  }
  if (forwards_left.value_or(0) != 0) writer.field("Max-Forwards", *forwards_left - 1);
  write_content_framing(head, writer);
  if (head.expects_continue) writer.text("Expect: 100-continue\r\n");
  if (const std::string_view protocol = policy::permitted_protocol(route.upgrade, head); !protocol.empty()) {
    writer.text("Connection: upgrade\r\n");
    writer.field("Upgrade", protocol);
  } else if (takes_trailers(head)) {
    writer.text("TE: trailers\r\nConnection: TE\r\n");
  }
  http::write_forwarding(head, request.connection, origin, writer);
  writer.field("X-Request-Id", request_id);
  route.request_fields.write(writer);
  if (!route.identity.write(permit.principal(), writer)) {
    return std::unexpected(Rejection::not_forwardable(403, "identity_not_expressible",
                                                      "what is known of the caller cannot be told to the upstream"));
  }
  if (!assertion.empty()) writer.field(route.assertion->header, assertion);
  writer.end();
  if (writer.overflowed()) {
    return std::unexpected(Rejection::not_forwardable(431, "head_too_large", "the request head is too large"));
  }
  return {};
}

Task<Result<http::Response, Rejection>> forward(const http::Request& request, const Admission& admission,
                                                const http::Origin& origin, std::string_view request_id,
                                                std::shared_ptr<upstream::Pool> pool, ForwardingThread thread,
                                                const config::Limits& by_default, std::string_view assertion) {
  const Permit& permit = admission.permit();
  const config::RouteLimits& limits = permit.route().limits;
  transport::BufferPool::Lease block(thread.buffers);
  http::HeadWriter writer(block.span());
  auto written = write_upstream_head(request, permit, origin, request_id, pool->default_host(), writer, assertion);
  if (!written) co_return std::unexpected(std::move(written.error()));

  edit_trailers(request, permit.route());

  const transport::Http1Client::Request asked{
      .to_head = request.head.method == "HEAD",
      .expects_continue = request.head.expects_continue,
      .protocol = policy::permitted_protocol(permit.route().upgrade, request.head)};
  const config::Upstream& settings = pool->settings();
  transport::Http1Client::Timeouts timeouts{limits.response_timeout.value_or(settings.response_timeout),
                                            limits.idle_timeout.value_or(by_default.idle_timeout)};
  upstream::RequestCap::Slot slot;
  if (const auto& cap = pool->cap()) {
    auto entered = co_await cap->enter(pool->executor());
    if (!entered) co_return std::unexpected(Rejection::no_upstream("max_requests"));
    slot = std::move(*entered);
  }
  upstream::Tries tries;
  tries.until = pool->now() + timeouts.response;
  tries.connect_timeout = limits.connect_timeout;
  if (settings.balance == config::Balance::hash) tries.key = balance_key(request, permit, origin, settings.hash_on);
  unsigned tries_left = limits.retries.value_or(settings.retries);
  pool->retries().note_request();
  while (true) {
    Result<upstream::Pool::Lease, upstream::NoTarget> lease = co_await pool->take(tries);
    if (!lease) co_return std::unexpected(to_rejection(lease.error()));
    const auto head = co_await (*lease)->exchange(writer.written(), request.content, asked, request.interim, timeouts);
    if (head) {
      pool->note_success(*lease);
      auto response = to_response(*head, permit, asked.to_head, thread.buffers);
      if (response && head->status == 101) {
        response->tunnel = std::make_unique<UpstreamTunnel>(std::move(slot), std::move(*lease), asked.protocol,
                                                            tunnel_limits(permit, by_default, *head), thread.streams,
                                                            terms_of(*head, permit, origin));
      } else if (response) {
        response->content =
            std::make_unique<UpstreamContent>(std::move(slot), std::move(*lease), *head, latest_end(permit, *head),
                                              thread.streams, terms_of(*head, permit, origin));
        edit_trailers(*head, permit.route(), *response->content);
      } else {
        // The request's content may still be on its way: the connection must not go before that has ended.
        co_await (*lease)->stop_sending();
        lease->discard();
      }
      co_return response;
    }
    const bool reused = lease->reused();
    if (is_targets_fault(head.error(), reused)) pool->note_failure(*lease, head.error().error);
    lease->discard();
    if (!upstream::may_try_again(request.head.method, head.error()) || pool->now() >= tries.until) {
      co_return std::unexpected(to_rejection(head.error()));
    }
    tries.fresh = true;
    timeouts.response = std::chrono::ceil<std::chrono::milliseconds>(tries.until - pool->now());
    if (reused) {  // closed by the upstream in this moment: costs no try, and the same target may have the next
      tries.tried.reset();
    } else if (tries_left-- == 0 || !pool->retries().take(pool->now())) {
      co_return std::unexpected(to_rejection(head.error()));
    }
  }
}

}  // namespace bearward::pipeline
