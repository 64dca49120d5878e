#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "support/http_message.h"
#include "support/tcp_socket.h"

namespace bearward::testing {

/// A client of the gateway that sends exactly the bytes it is given and reads what comes. One connection.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  /// False when the gateway has gone or takes nothing.
  virtual bool send(std::string_view bytes) = 0;

  /// The next final response. `to_head`: it answers a HEAD, so no content follows whatever it says.
  Response read_response(bool to_head = false, std::chrono::milliseconds limit = patience);
  /// Sends one request and reads its response.
  Response exchange(std::string_view request);
  /// The head of the next response, an interim one too; empty when none comes.
  std::string read_head(std::chrono::milliseconds limit = patience);
  /// Everything up to and with `text`, whatever it is; empty when it does not come.
  std::string read_until(std::string_view text, std::chrono::milliseconds limit = patience);
  /// Waits for the gateway to end the connection; whatever still comes first is dropped.
  Ending wait_for_end(std::chrono::milliseconds limit = patience);

 protected:
  virtual Received receive(std::chrono::milliseconds limit) = 0;

 private:
  bool fill(std::chrono::milliseconds limit);
  std::string take(std::size_t size);
  void read_content(Response& response, std::chrono::milliseconds limit);
  void read_chunked(Response& response, std::chrono::milliseconds limit);

  std::string unread_;
  Ending ending_ = Ending::open;
};

/// In clear text.
class RawClient final : public HttpClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0)
      : socket_(TcpSocket::connect(port, receive_buffer_bytes)) {}

  bool send(std::string_view bytes) override { return socket_.send(bytes); }
  TcpSocket& socket() { return socket_; }

 private:
  Received receive(std::chrono::milliseconds limit) override { return socket_.receive(limit); }

  TcpSocket socket_;
};

/// One request on a connection of its own.
Response exchange(std::uint16_t port, std::string_view request);

}  // namespace bearward::testing
