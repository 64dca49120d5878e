#include "transport/http1_server.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "http/head_writer.h"
#include "telemetry/log.h"
#include "transport/http1_input.h"
#include "transport/http1_response.h"
#include "transport/interim_writer.h"
#include "transport/stream_end.h"
#include "transport/tunnel.h"

namespace bearward::transport {
namespace {

/// Content that a response did not wait for is read and dropped up to here, so that the connection can be
/// used again; with more to come it is closed instead.
constexpr std::uint64_t most_discarded_bytes = 64 * 1024;

/// While the server drains: how long a client that has just been answered, or has just connected, may take to
/// send its next request, which is answered. Closing at once would race with a request that is on its way.
constexpr std::chrono::milliseconds last_request_limit{1'000};

/// A connection that has just been opened, or answered, is about to send: it is not given up for another so soon.
constexpr std::chrono::milliseconds least_idle{1'000};

/// So many idle connections are looked at for one that can be given up: the others have a request under way.
constexpr unsigned most_looked_at = 16;

/// A client that is told to stop sending reads the answer only if its bytes are taken a while longer:
/// closing at once would reset the connection and lose the answer (RFC 9112 §9.6).
constexpr std::chrono::milliseconds linger_limit{1'000};
constexpr std::size_t most_lingered_bytes = 1024 * 1024;

/// A request's content; asks for it with 100 Continue when the client waits for that.
class RequestContent final : public IncomingContent {
 public:
  RequestContent(Stream& stream, InputBuffer& input, const http::RequestHead& head, const Http1Limits& limits,
                 InterimWriter& interim)
      : IncomingContent(stream, input, head.framing, head.content_length,
                        Limits{.idle = limits.idle_timeout,
                               .bytes = limits.request_body_bytes,
                               .min_data_rate = limits.min_data_rate}),
        interim_(interim),
        limits_(limits),
        expects_continue_(head.expects_continue) {}

  bool awaits_continue() const { return expects_continue_; }
  /// The client has its 100 Continue, or gets none any more: once the final response begins it would take it for a
  /// part of that. True when it still waited for one.
  bool settle_continue() { return std::exchange(expects_continue_, false); }

 private:
  Task<error_code> before_first_wait() override {
    if (!settle_continue()) co_return error_code{};
    co_return co_await interim_.write("HTTP/1.1 100 Continue\r\n\r\n", limits_.idle_timeout);
  }

  InterimWriter& interim_;
  const Http1Limits& limits_;
  bool expects_continue_;
};

/// While a tunnel is carried, and no longer, whatever ends that.
class OpenTunnel {
 public:
  OpenTunnel(http::Tunnel*& mark, http::Tunnel& tunnel) : mark_(mark) { mark_ = &tunnel; }
  ~OpenTunnel() { mark_ = nullptr; }
  OpenTunnel(const OpenTunnel&) = delete;
  OpenTunnel& operator=(const OpenTunnel&) = delete;

 private:
  http::Tunnel*& mark_;
};

}  // namespace

/// One client's connection, from accept to close.
class Http1Connection final : public http::InterimSender {
 public:
  Http1Connection(Http1Server& server, std::unique_ptr<Stream> stream, http::Connection connection)
      : server_(server),
        stream_(std::move(stream)),
        connection_(std::move(connection)),
        input_(server.buffers_),
        interim_(*stream_) {
    next_ = server_.first_;
    if (next_ != nullptr) next_->previous_ = this;
    server_.first_ = this;
    ++server_.open_connections_;
  }

  ~Http1Connection() override {
    become_busy();
    if (next_ != nullptr) next_->previous_ = previous_;
    if (previous_ != nullptr) {
      previous_->next_ = next_;
    } else {
      server_.first_ = next_;
    }
    --server_.open_connections_;
  }

  Http1Connection(const Http1Connection&) = delete;
  Http1Connection& operator=(const Http1Connection&) = delete;

  Task<> serve() {
    stream_->read_deadline().arm(server_.limits_.handshake_timeout);
    const error_code failed = co_await stream_->handshake();
    if (failed) {
      telemetry::log(telemetry::Level::debug, "TLS handshake with {} failed: {}", connection_.peer_text,
                     stream_->problem().empty() ? failed.message() : stream_->problem());
      co_return;
    }
    stream_->read_deadline().disarm();
    auto certificate = stream_->client_certificate();
    if (!certificate) {
      telemetry::log(telemetry::Level::debug, "connection of {} refused: {}", connection_.peer_text,
                     certificate.error());
      co_return;
    }
    connection_.certificate = std::move(*certificate);
    while (true) {
      const bool arrived = co_await wait_for_request();
      if (!arrived) break;
      const bool again = co_await serve_one();
      if (!again) break;
    }
    stream_->close();
  }

  /// One that waits for a request gets a moment for it, or none where it has waited for longer than that already.
  void drain() {
    if (!idle()) return;
    const bool used_lately = stream_->read_deadline().now() - idle_since_ < last_request_limit;
    stream_->read_deadline().arm(used_lately ? last_request_limit : std::chrono::milliseconds{0});
  }
  bool has_idled_for(std::chrono::milliseconds limit) const {
    return stream_->read_deadline().now() - idle_since_ >= limit;
  }
  Http1Connection* next_idle() const { return next_idle_; }
  /// For another connection. False when a request has come that nobody has read.
  bool give_up() {
    if (stream_->has_unread_bytes()) return false;
    become_busy();
    stream_->close();
    return true;
  }
  /// What is cut in the middle is reset, so that nobody takes it for whole; a tunnel ends in its protocol's own words
  /// where it has any.
  void cut() {
    if (tunnel_ != nullptr) return tunnel_->end("going_away");
    idle() ? stream_->close() : cut_short();
  }
  void watch() {
    if (watcher_ == nullptr || !stream_->peer_has_gone()) return;
    if (std::exchange(seen_gone_, true)) watcher_->client_gone();
  }
  void watch_client(http::ClientWatcher* watcher) override {
    watcher_ = watcher;
    seen_gone_ = false;
  }

  Http1Connection* next() const { return next_; }

  Task<> send_interim(const http::ResponseHead& head) override {
    if (version_ == http::Version::http1_0) co_return;  // RFC 9110 §15.2
    // An upstream's that comes after our own: one is enough.
    if (head.status == 100 && expected_ != nullptr && !expected_->settle_continue()) co_return;
    BufferPool::Lease block(server_.buffers_);
    http::HeadWriter writer(block.span());
    writer.status_line(head.status, head.reason);
    write_end_to_end_fields(head.fields, writer);
    writer.end();
    if (writer.overflowed()) co_return;
    co_await interim_.write(writer.written(), server_.limits_.idle_timeout);
  }

 private:
  bool idle() const { return idle_since_ != never; }

  void become_idle() {
    idle_since_ = stream_->read_deadline().now();
    next_idle_ = nullptr;
    previous_idle_ = std::exchange(server_.newest_idle_, this);
    (previous_idle_ != nullptr ? previous_idle_->next_idle_ : server_.longest_idle_) = this;
  }

  void become_busy() {
    if (!idle()) return;
    idle_since_ = never;
    (next_idle_ != nullptr ? next_idle_->previous_idle_ : server_.newest_idle_) = previous_idle_;
    (previous_idle_ != nullptr ? previous_idle_->next_idle_ : server_.longest_idle_) = next_idle_;
  }

  /// False when the client has gone or has waited for too long.
  Task<bool> wait_for_request() {
    if (!input_.empty()) {
      // Pipelined: the other connections first. A client that sends without a pause held them all up for
      // the 2,000 requests of a full block, a tenth of a second a time.
      co_await asio::post(stream_->socket().get_executor(), use_task);
      co_return true;
    }
    become_idle();
    stream_->read_deadline().arm(server_.draining_ ? last_request_limit : server_.limits_.idle_timeout);
    const error_code error = co_await stream_->wait_readable();
    stream_->read_deadline().disarm();
    become_busy();
    if (error != asio::error::timed_out) co_return !error;
    if (stream_->has_unread_bytes()) co_return true;  // in the last moment
    co_await end_writing();
    co_return false;
  }

  /// One request and its response. True when another may follow on this connection.
  Task<bool> serve_one() {
    input_.prepare();
    const Result<HeadEnd, HeadError> end = co_await read_head();
    if (!end) co_return co_await refuse(end.error());
    if (end->bytes == 0) co_return false;
    const auto head = parse_request_head(input_.unread_span().first(end->bytes), input_.fields());
    if (!head) co_return co_await refuse(head.error());
    input_.consume(end->bytes);
    input_.keep_consumed();
    version_ = head->version;
    if (head->content_length > server_.limits_.request_body_bytes && head->framing == http::Framing::length) {
      co_return co_await refuse({413, "content over limits.request_body"});
    }
    RequestContent content(*stream_, input_, *head, server_.limits_, interim_);
    expected_ = content.awaits_continue() ? &content : nullptr;
    std::exception_ptr thrown;
    bool again = false;
    try {
      again = co_await exchange(*head, content);
    } catch (...) {
      thrown = std::current_exception();
    }
    // An exchange that was given up in the middle may leave a reader behind, who is stopping.
    if (content.being_read()) stream_->close();
    while (content.being_read()) co_await asio::post(stream_->socket().get_executor(), use_task);
    expected_ = nullptr;
    if (thrown) std::rethrow_exception(thrown);
    input_.start_over();
    co_return again;
  }

  /// 0 bytes: the connection ended before a head was complete.
  Task<Result<HeadEnd, HeadError>> read_head() {
    std::size_t scanned = 0;
    stream_->read_deadline().arm(server_.limits_.header_timeout);
    while (true) {
      // One empty line before a request is passed over (RFC 9112 §2.2): some clients end content with it.
      if (scanned == 0 && input_.unread().starts_with("\r\n")) input_.consume(2);
      const bool waits_for_line_end = input_.unread() == "\r";
      if (!input_.empty() && !waits_for_line_end) {
        const auto end = find_head_end(input_.unread(), scanned);
        if (!end) co_return std::unexpected(end.error());
        if (end->bytes > server_.limits_.request_header_bytes) co_return too_long();
        if (end->bytes != 0) break;
        if (input_.unread().size() >= server_.limits_.request_header_bytes) co_return too_long();
      }
      const Result<std::size_t> received = co_await input_.fill(*stream_);
      if (!received && received.error() == asio::error::timed_out) {
        if (input_.empty()) co_return HeadEnd{};
        co_return std::unexpected(HeadError{408, "request head not complete in time"});
      }
      if (!received || *received == 0) co_return HeadEnd{};
    }
    stream_->read_deadline().disarm();
    std::size_t rescanned = 0;
    co_return find_head_end(input_.unread(), rescanned);
  }

  Result<HeadEnd, HeadError> too_long() const {
    const bool in_request_line = input_.unread().find('\n') == std::string_view::npos;
    return std::unexpected(in_request_line ? HeadError{414, "request target over limits.request_header"}
                                           : HeadError{431, "head over limits.request_header"});
  }

  /// Answers a request that is not looked at further, and ends the connection: what follows on it cannot
  /// be told from what belongs to that request.
  Task<bool> refuse(HeadError error) {
    telemetry::log(telemetry::Level::debug, "request refused: {} {} from {}", error.status, error.reason,
                   connection_.peer_text);
    http::Response response = server_.handler_.refuse(connection_, error.status, error.reason);
    const http::RequestHead unread;
    SendResponse sender(*stream_, server_.buffers_, *this,
                        {server_.limits_.idle_timeout, server_.limits_.min_data_rate});
    const bool sent = co_await sender.send(unread, response, false);
    if (response.observer) response.observer->exchange_ended({response.status, sender.content_bytes(), sent});
    co_await linger();
    co_return false;
  }

  Task<bool> exchange(const http::RequestHead& head, RequestContent& content) {
    const http::Request request{head, content, *this, connection_};
    http::Response response;
    bool failed = false;
    try {
      response = co_await server_.handler_.handle(request);
    } catch (const std::exception& exception) {
      if (!stream_->socket().is_open()) throw;
      telemetry::log(telemetry::Level::error, "exchange failed: {}", exception.what());
      failed = true;
    }
    const bool discards = can_discard(content);
    content.settle_continue();
    bool sent = co_await interim_.idle();  // half a line of an interim response: nothing can follow
    if (failed && !sent) {
      cut_short();
      co_return false;
    }
    if (failed) co_return co_await refuse({500, "exception"});
    if (response.tunnel && sent) {
      co_await switch_protocols(response);
      co_return false;
    }

    const bool may_follow = head.keep_alive && !response.close && !server_.draining_ && discards;
    SendResponse sender(*stream_, server_.buffers_, *this,
                        {server_.limits_.idle_timeout, server_.limits_.min_data_rate});
    if (sent) sent = co_await sender.send(head, response, may_follow);
    const std::string_view cut_by = sent || !response.content ? std::string_view{} : response.content->cut_by();
    if (response.content && !response.content->settled()) co_await response.content->settle();
    response.content.reset();  // the upstream's connection is free, however long this client still takes
    if (response.observer)
      response.observer->exchange_ended({response.status, sender.content_bytes(), sent, std::nullopt, cut_by});
    if (!sent) {
      cut_short();
      co_return false;
    }
    if (sender.keeps_alive() && co_await discard(content)) co_return true;
    // Closing over bytes that nobody read would reset the connection, and the client lose the answer.
    if (content.finished() && input_.empty() && !stream_->has_unread_bytes()) {
      co_await end_writing();
    } else {
      co_await linger();
    }
    co_return false;
  }

  /// The request was read whole: what follows on the connection is the tunnel's.
  Task<> switch_protocols(http::Response& response) {
    const error_code error = co_await write_switch(response);
    TunnelRelay::Outcome outcome;
    if (!error) {
      StreamEnd client(*stream_, input_);
      TunnelRelay relay(client, *response.tunnel, server_.buffers_);
      const OpenTunnel open(tunnel_, *response.tunnel);
      outcome = co_await relay.run();
    }
    response.tunnel.reset();
    if (!outcome.complete && !outcome.said_goodbye) cut_short();
    if (response.observer) {
      response.observer->exchange_ended(
          {response.status, outcome.to_client, outcome.complete, outcome.from_client, outcome.cut_by});
    }
    if (outcome.said_goodbye) co_await linger();
  }

  Task<error_code> write_switch(const http::Response& response) {
    BufferPool::Lease block(server_.buffers_);
    http::HeadWriter writer(block.span());
    write_switching_head(response, writer);
    if (writer.overflowed()) co_return error_code{asio::error::no_buffer_space};
    stream_->write_deadline().arm(server_.limits_.idle_timeout);
    const error_code error = co_await stream_->write(writer.written());
    stream_->write_deadline().disarm();
    co_return error;
  }

  /// Content that nobody took, such as that of a request which was refused: little of it is read away.
  /// A client that waits for 100 Continue may send it or not: nobody can tell, so the connection ends.
  bool can_discard(const RequestContent& content) const {
    if (content.finished()) return true;
    if (content.failed()) return false;
    const auto remaining = content.remaining();
    return !content.awaits_continue() && remaining && *remaining <= most_discarded_bytes;
  }

  Task<bool> discard(RequestContent& content) {
    while (!content.finished()) {
      const Result<std::string_view> part = co_await content.read();
      if (!part) co_return false;
    }
    co_return true;
  }

  Task<> end_writing() {
    stream_->write_deadline().arm(linger_limit);  // the alert that ends TLS needs room at the client too
    co_await stream_->end_writing();
    stream_->write_deadline().disarm();
  }

  /// Ends our side, then takes what the client still sends for a moment.
  Task<> linger() {
    co_await end_writing();
    input_.clear();  // a flood of bad requests holds little memory while it is waited for
    std::array<char, 4096> dropped;
    stream_->read_deadline().arm(linger_limit);
    for (std::size_t taken = 0; taken < most_lingered_bytes;) {
      const Result<std::size_t> received = co_await stream_->read(dropped);
      if (!received || *received == 0) break;
      taken += *received;
    }
    stream_->read_deadline().disarm();
  }

  /// A reset, not an end: no client takes what it has for a whole response.
  void cut_short() {
    error_code ignored;
    stream_->socket().set_option(Socket::linger(true, 0), ignored);
    stream_->close();
  }

  static constexpr SteadyTime never = SteadyTime::max();

  Http1Server& server_;
  std::unique_ptr<Stream> stream_;
  http::Connection connection_;
  InputBuffer input_;
  InterimWriter interim_;
  RequestContent* expected_ = nullptr;  // the client has announced it and waits for 100 Continue
  http::Version version_ = http::Version::http1_1;
  SteadyTime idle_since_ = never;  // waits for a request
  Http1Connection* next_idle_ = nullptr;
  Http1Connection* previous_idle_ = nullptr;
  http::Tunnel* tunnel_ = nullptr;  // while one is open
  http::ClientWatcher* watcher_ = nullptr;
  bool seen_gone_ = false;  // by the watch before this one
  Http1Connection* next_ = nullptr;
  Http1Connection* previous_ = nullptr;
};

Task<> Http1Server::serve(std::unique_ptr<Stream> stream, http::Connection connection) {
  const auto served = std::make_unique<Http1Connection>(*this, std::move(stream), std::move(connection));
  try {
    co_await served->serve();
  } catch (const std::exception& exception) {
    telemetry::log(telemetry::Level::error, "connection failed: {}", exception.what());
  }
}

void Http1Server::watch_clients() {
  for (Http1Connection* each = first_; each != nullptr; each = each->next()) each->watch();
}

bool Http1Server::close_longest_idle() {
  Http1Connection* each = longest_idle_;
  for (unsigned i = 0; i < most_looked_at && each != nullptr; ++i, each = each->next_idle()) {
    if (!each->has_idled_for(least_idle)) return false;
    if (each->give_up()) return true;
  }
  return false;
}

void Http1Server::drain() {
  draining_ = true;
  for (Http1Connection* each = first_; each != nullptr; each = each->next()) each->drain();
}

void Http1Server::cut() {
  for (Http1Connection* each = first_; each != nullptr; each = each->next()) each->cut();
}

}  // namespace bearward::transport
