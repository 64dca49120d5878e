#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/http_message.h"
#include "support/tcp_socket.h"

namespace bearward::testing {

/// A request as the upstream got it.
struct RecordedRequest {
  std::string head;  // byte for byte, with its empty line
  std::string method;
  std::string target;
  FieldLines fields;
  std::string content;  // without the chunked coding
  FieldLines trailers;
  bool complete = false;       // its content came whole
  std::size_t connection = 0;  // which of the upstream's connections, counted from 1

  std::string field(std::string_view name) const { return fields.get(name); }
};

class RecordingUpstream;

/// One request, in the hands of a behaviour. What it leaves undone is done afterwards: content that was
/// not read ends the connection.
class UpstreamExchange {
 public:
  const RecordedRequest& request() const { return request_; }
  /// The next piece of the request's content as it came, framing included; empty when the gateway has
  /// gone or `limit` has passed.
  std::string read_some(std::chrono::milliseconds limit = patience);
  /// All of the content. False when it broke off.
  bool read_content();
  bool send(std::string_view bytes) { return socket_.send(bytes); }
  /// A whole answer: 200 unless `status_line` says otherwise, with Content-Length.
  void answer(std::string_view content, std::string_view fields = "", std::string_view status_line = "200 OK");
  /// No further request on this connection.
  void close();
  void reset();
  /// Waits for the gateway to end the connection.
  Ending wait_for_end(std::chrono::milliseconds limit = patience);
  TcpSocket& socket() { return socket_; }

 private:
  friend class RecordingUpstream;
  UpstreamExchange(RecordingUpstream& upstream, TcpSocket& socket, std::string& unread, RecordedRequest request)
      : upstream_(upstream), socket_(socket), unread_(unread), request_(std::move(request)) {}
  bool fill(std::chrono::milliseconds limit);
  bool read_framed();
  bool read_chunked();
  bool read_trailers(std::size_t last_chunk_line_end);

  RecordingUpstream& upstream_;
  TcpSocket& socket_;
  std::string& unread_;
  RecordedRequest request_;
  bool content_read_ = false;
  std::size_t index_ = 0;  // among what is recorded since the last start_over
  std::uint64_t generation_ = 0;
};

/// A legacy server: records all that reaches it and answers as it is told. A thread a connection.
class RecordingUpstream {
 public:
  using Behaviour = std::function<void(UpstreamExchange&)>;

  /// Reads the content, then answers `METHOD TARGET` and the content's size.
  static void answer_normally(UpstreamExchange& exchange);

  RecordingUpstream();
  ~RecordingUpstream();
  RecordingUpstream(const RecordingUpstream&) = delete;
  RecordingUpstream& operator=(const RecordingUpstream&) = delete;

  std::uint16_t port() const { return port_; }

  /// From now on every request is answered so.
  void behave(Behaviour behaviour);
  /// Forgets what was recorded, and behaves normally again.
  void start_over();

  std::vector<RecordedRequest> requests() const;
  /// The last request; throws when there was none.
  RecordedRequest last() const;
  /// Waits until so many requests' heads have come.
  bool wait_for_requests(std::size_t count, std::chrono::milliseconds limit = patience) const;
  /// Every byte of every connection, malformed ones too.
  std::size_t received_bytes() const;
  std::size_t connections() const;

 private:
  friend class UpstreamExchange;

  struct Connection {
    TcpSocket socket;
    std::thread thread;
  };

  void accept_connections();
  void serve(TcpSocket& socket, std::size_t number);
  /// False when no further request comes on this connection.
  bool serve_one(TcpSocket& socket, std::string& unread, std::size_t number);
  Behaviour record(UpstreamExchange& exchange);
  void update(const UpstreamExchange& exchange);
  void note_bytes(std::size_t count, std::optional<std::uint64_t> generation);

  std::uint16_t port_ = 0;
  TcpSocket listener_;
  std::thread acceptor_;

  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  std::list<Connection> connections_;
  std::vector<RecordedRequest> requests_;
  std::uint64_t generation_ = 0;  // how often start_over() was called
  std::size_t received_bytes_ = 0;
  std::size_t connection_count_ = 0;
  Behaviour behaviour_ = answer_normally;
};

}  // namespace bearward::testing
