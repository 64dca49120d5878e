#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <chrono>
#include <memory>
#include <string_view>

#include "async/event.h"
#include "http/message.h"
#include "transport/http1_input.h"
#include "transport/stream.h"
#include "transport/stream_end.h"

namespace bearward::transport {

/// One HTTP/1.1 connection to an upstream: an exchange at a time, the answer read while the request's
/// content is still being sent, so that an early answer is heard. One thread.
class Http1Client final : public http::ClientWatcher {
 public:
  /// One whose exchange is abandoned while content is still being sent is destroyed when that has stopped:
  /// the coroutine that sends uses it.
  struct Release {
    void operator()(Http1Client* client) const;
  };
  using Owned = std::unique_ptr<Http1Client, Release>;
  static Owned make(std::unique_ptr<Stream> stream, BufferPool& buffers) {
    return Owned(new Http1Client(std::move(stream), buffers));
  }

  struct Timeouts {
    std::chrono::milliseconds response;  // from the last byte sent to the answer's whole head
    std::chrono::milliseconds idle;      // between two reads or writes of content
  };

  /// What has to be known of a request to read its answer.
  struct Request {
    bool to_head = false;           // its method is HEAD
    bool expects_continue = false;  // it says so, and its sender waits
    std::string_view protocol{};    // that it asks to switch to, if any: then 101 may be the final answer
  };

  struct Failure {
    error_code error;
    bool answered = false;       // a byte of an answer was seen: never to be sent again
    bool content_begun = false;  // content was taken from the client: cannot be sent again
    error_code client_error;     // the client's content could not be read; `connection_aborted`: it has gone
  };

  Http1Client(const Http1Client&) = delete;
  Http1Client& operator=(const Http1Client&) = delete;

  /// Sends `head`, complete with its empty line, and `content` as that head frames it; returns the final
  /// answer's head. Its views live until `content_of`'s result has gone. Interim answers go to `interim`. Where `head`
  /// expects 100 Continue, `content` is not touched before that comes, or has not come for a second.
  Task<Result<http::ResponseHead, Failure>> exchange(std::string_view head, http::Content& content, Request request,
                                                     http::InterimSender& interim, Timeouts timeouts);

  /// The content of the answer whose head `exchange` returned. What has not come by `end` is `timed_out`.
  IncomingContent content_of(const http::ResponseHead& head, SteadyTime end = SteadyTime::max());

  /// After a 101: what the connection is from now on. It is never used for another exchange.
  StreamEnd switched_end() { return {*stream_, input_}; }

  /// Cuts the connection: whoever waits for the answer, or for more of it, gets an error.
  void cut() { stream_->close(); }

  /// The last exchange ended well and the upstream did not ask to close.
  bool may_be_kept() const { return keep_alive_; }

  /// Nothing of an old exchange is left and the peer has neither sent nor closed: a new one may begin.
  bool usable();

  /// The request's content is still on its way.
  bool sending() const { return sending_; }
  /// Stops that, and returns when it has stopped.
  Task<> stop_sending();

  Socket& socket() { return stream_->socket(); }
  /// Why the connection failed, where more is known than an error's name.
  std::string_view problem() const { return stream_->problem(); }

  /// After an answer has been read to its end: ready for `usable`, or not to be used again.
  void finish(bool answer_complete);

 private:
  Http1Client(std::unique_ptr<Stream> stream, BufferPool& buffers);
  ~Http1Client() override;
  void client_gone() override;
  Task<Result<http::ResponseHead, Failure>> read_head(http::Content& content, Request request,
                                                      http::InterimSender& interim, bool waits);
  Task<bool> may_switch(const http::ResponseHead& head, std::string_view protocol);
  Task<Result<http::ResponseHead, Failure>> read_one_head(bool to_head);
  void start_sending(http::Content& content);
  Task<> send_content(http::Content& content);
  Failure failure(error_code error) const;

  std::unique_ptr<Stream> stream_;
  InputBuffer input_;
  Timeouts timeouts_{};
  bool keep_alive_ = true;  // false while an exchange runs, and after one that did not end well
  bool answer_keeps_alive_ = false;
  bool sending_ = false;
  bool stopped_ = false;   // sending was, by us
  bool orphaned_ = false;  // nobody owns this any more; sending ends it
  bool content_begun_ = false;
  bool content_sent_ = true;
  bool answered_ = false;
  bool awaiting_head_ = false;
  error_code client_error_;
  async::Event sending_ended_;
  asio::cancellation_signal stop_;
};

}  // namespace bearward::transport
