#include "transport/http1_client.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>

#include "http/client_watch.h"
#include "http/upgrade.h"
#include "transport/http1_chunk_frame.h"

namespace bearward::transport {
namespace {

constexpr std::size_t longest_response_head = 64 * 1024 - 1024;  // within InputBuffer::capacity
constexpr int most_interim_responses = 16;

/// A server that does not know the expectation waits for the content, and must not for ever (RFC 9110 §10.1.1).
/// Clients wait about as long.
constexpr std::chrono::milliseconds continue_timeout{1'000};

}  // namespace

Http1Client::Http1Client(std::unique_ptr<Stream> stream, BufferPool& buffers)
    : stream_(std::move(stream)), input_(buffers) {}

Http1Client::~Http1Client() = default;

void Http1Client::Release::operator()(Http1Client* client) const {
  if (!client->sending_) {
    delete client;
    return;
  }
  client->orphaned_ = true;
  client->stopped_ = true;
  client->stop_.emit(asio::cancellation_type::terminal);
}

void Http1Client::client_gone() {
  client_error_ = asio::error::connection_aborted;
  stream_->close();  // whoever waits for the answer wakes
}

Http1Client::Failure Http1Client::failure(error_code error) const {
  return {.error = error, .answered = answered_, .content_begun = content_begun_, .client_error = client_error_};
}

bool Http1Client::usable() { return keep_alive_ && !sending_ && input_.empty() && !stream_->has_unread_bytes(); }

Task<Result<http::ResponseHead, Http1Client::Failure>> Http1Client::exchange(std::string_view head,
                                                                             http::Content& content, Request request,
                                                                             http::InterimSender& interim,
                                                                             Timeouts timeouts) {
  timeouts_ = timeouts;
  answered_ = content_begun_ = false;
  keep_alive_ = false;  // until the answer is complete
  client_error_ = {};
  awaiting_head_ = true;
  // What has arrived of the content leaves together with the head: most requests are one send.
  const std::optional<std::uint64_t> length = content.length();
  const bool waits = request.expects_continue && length != 0;
  const std::string_view at_hand = length && !waits ? content.read_buffered() : std::string_view{};
  content_begun_ = !at_hand.empty();
  content_sent_ = length == at_hand.size();
  stream_->write_deadline().arm(timeouts.idle);
  const error_code error = co_await stream_->write(head, at_hand);
  stream_->write_deadline().disarm();
  if (error) co_return std::unexpected(failure(error));
  stream_->read_deadline().arm(waits ? std::min(continue_timeout, timeouts.response) : timeouts.response);
  if (!content_sent_ && !waits) start_sending(content);
  const http::ClientWatch watch(interim, *this);
  auto answer = co_await read_head(content, request, interim, waits);
  if (!answer && sending_) co_await stop_sending();
  awaiting_head_ = false;
  stream_->read_deadline().disarm();
  if (!answer) answer.error().client_error = client_error_;
  co_return answer;
}

void Http1Client::start_sending(http::Content& content) {
  stopped_ = false;
  sending_ended_.reset();
  // A slow client is not a slow upstream: the answer is due when all has been sent. Until then either the
  // client's deadline or that of writing runs.
  stream_->read_deadline().disarm();
  sending_ = true;
  try {
    asio::co_spawn(stream_->socket().get_executor(), send_content(content),
                   asio::bind_cancellation_slot(stop_.slot(), [this](const std::exception_ptr& exception) {
                     if (exception || stopped_) stream_->close();  // half a request is never followed by another
                     sending_ = false;
                     if (orphaned_) {
                       delete this;
                     } else {
                       sending_ended_.set();
                     }
                   }));
  } catch (...) {
    sending_ = false;  // no memory: nobody would ever say that it has ended
    throw;
  }
}

Task<> Http1Client::send_content(http::Content& content) {
  if (stopped_) co_return;
  const bool chunked = !content.length();
  while (true) {
    content_begun_ = true;
    const Result<std::string_view> part = co_await content.read();
    if (!part) {
      if (!stopped_) client_error_ = part.error();
      stream_->close();  // the upstream must not take what it has for the whole; the answer's reader wakes too
      co_return;
    }
    error_code error;
    stream_->write_deadline().arm(timeouts_.idle);
    if (chunked && part->empty()) {
      const std::string end = last_chunk(content.trailers());
      error = co_await stream_->write(end);
    } else if (chunked) {
      const ChunkStart start(part->size());
      error = co_await stream_->write(start.view(), *part, chunk_end);
    } else if (!part->empty()) {
      error = co_await stream_->write(*part);
    }
    stream_->write_deadline().disarm();
    // The content may have gone with whoever gave this exchange up; a write that was through is not cancelled.
    if (stopped_) co_return;
    content_sent_ = !error && part->empty();
    if (!error && !content_sent_) continue;
    // After an error too: it may have answered before it closed, and that answer is still read.
    if (awaiting_head_) stream_->read_deadline().arm(timeouts_.response);
    co_return;
  }
}

Task<> Http1Client::stop_sending() {
  if (!sending_) co_return;
  stopped_ = true;
  stop_.emit(asio::cancellation_type::terminal);
  co_await sending_ended_.wait();
}

Task<Result<http::ResponseHead, Http1Client::Failure>> Http1Client::read_head(http::Content& content, Request request,
                                                                              http::InterimSender& interim,
                                                                              bool waits) {
  for (int i = 0; i < most_interim_responses; ++i) {
    auto head = co_await read_one_head(request.to_head);
    if (!head && waits && head.error().error == asio::error::timed_out) {
      waits = false;
      stream_->read_deadline().arm(timeouts_.response);  // the one that has passed is over
      start_sending(content);
      head = co_await read_one_head(request.to_head);
    }
    if (!head || head->status >= 200) co_return head;
    if (head->status == 101) {
      const bool agreed = co_await may_switch(*head, request.protocol);
      if (agreed) co_return head;
      break;
    }
    const bool continues = head->status == 100;
    co_await interim.send_interim(*head);
    input_.start_over();
    if (waits && continues) {
      waits = false;
      start_sending(content);
    } else if (!sending_) {
      stream_->read_deadline().arm(waits ? std::min(continue_timeout, timeouts_.response) : timeouts_.response);
    }
  }
  co_return std::unexpected(failure(asio::error::invalid_argument));
}

/// To what was asked for, and not before the request was sent whole: what is left of its content would pass for bytes
/// of the new protocol.
Task<bool> Http1Client::may_switch(const http::ResponseHead& head, std::string_view protocol) {
  if (protocol.empty() || !http::switches_to(head.fields, protocol)) co_return false;
  if (sending_) co_await sending_ended_.wait();
  co_return content_sent_;
}

Task<Result<http::ResponseHead, Http1Client::Failure>> Http1Client::read_one_head(bool to_head) {
  std::size_t scanned = 0;
  while (true) {
    if (!input_.empty()) {
      answered_ = true;
      const auto end = find_head_end(input_.unread(), scanned);
      if (!end) co_return std::unexpected(failure(asio::error::invalid_argument));
      const std::size_t head_bytes = end->bytes != 0 ? end->bytes : input_.unread().size();
      if (head_bytes > longest_response_head) {  // content needs room behind it
        co_return std::unexpected(failure(asio::error::invalid_argument));
      }
      if (end->bytes != 0) {
        const auto head = parse_response_head(input_.unread().substr(0, end->bytes), input_.fields(), to_head);
        if (!head) co_return std::unexpected(failure(asio::error::invalid_argument));
        input_.consume(end->bytes);
        input_.keep_consumed();
        answer_keeps_alive_ = head->keep_alive;
        co_return *head;
      }
    } else {
      // Waiting without a block for the answer: thousands of slow ones cost that much less.
      if (const error_code error = co_await stream_->wait_readable()) co_return std::unexpected(failure(error));
      input_.prepare();
    }
    const Result<std::size_t> received = co_await input_.fill(*stream_);
    if (!received) co_return std::unexpected(failure(received.error()));
    if (*received == 0) co_return std::unexpected(failure(asio::error::eof));
  }
}

IncomingContent Http1Client::content_of(const http::ResponseHead& head, SteadyTime end) {
  const IncomingContent::Limits limits{.idle = timeouts_.idle, .end = end};
  return {*stream_, input_, head.framing, head.content_length, limits};
}

void Http1Client::finish(bool answer_complete) {
  keep_alive_ = answer_keeps_alive_ && answer_complete && content_sent_ && !sending_ && input_.empty();
  if (keep_alive_) {
    input_.start_over();
  } else {
    stream_->close();
  }
}

}  // namespace bearward::transport
