#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "http/head_writer.h"
#include "http/message.h"
#include "transport/buffer_pool.h"
#include "transport/data_rate.h"
#include "transport/stream.h"

namespace bearward::transport {

/// Writes the fields that go beyond one connection (RFC 9110 §7.6.1), without the framing. `with_trailers`: trailers
/// may follow.
void write_end_to_end_fields(http::Fields fields, http::HeadWriter& writer, bool with_trailers = false);

/// The head of a 101 that switches to the response's tunnel.
void write_switching_head(const http::Response& response, http::HeadWriter& writer);

/// Sends one response on an HTTP/1 connection: head and first content in one write where they fit, the
/// rest as it comes.
class SendResponse final : public http::ClientWatcher {
 public:
  /// How slowly the client may take it.
  struct Limits {
    std::chrono::milliseconds idle;
    MinDataRate min_data_rate{};
  };

  SendResponse(Stream& stream, BufferPool& buffers, http::InterimSender& client, Limits limits)
      : stream_(stream), buffers_(buffers), client_(client), idle_(limits.idle), rate_(limits.min_data_rate) {}

  /// False when the response could not be sent whole: the connection must be reset.
  Task<bool> send(const http::RequestHead& request, http::Response& response, bool keep_alive);

  /// After `send`: what the client was told. False also where the end of the connection is that of the content.
  bool keeps_alive() const { return keep_alive_; }
  std::uint64_t content_bytes() const { return content_bytes_; }

 private:
  void write_head(const http::RequestHead& request, const http::Response& response, http::HeadWriter& writer);
  Task<bool> send_content(http::Response& response, http::HeadWriter& writer);
  void client_gone() override;
  Task<error_code> write(std::string_view first, std::string_view second = {}, std::string_view third = {});

  Stream& stream_;
  BufferPool& buffers_;
  http::InterimSender& client_;
  std::chrono::milliseconds idle_;
  DataRate rate_;
  http::Content* awaited_ = nullptr;  // more of the content is
  http::Framing framing_ = http::Framing::none;
  bool keep_alive_ = false;
  std::uint64_t length_ = 0;
  std::uint64_t content_bytes_ = 0;
};

}  // namespace bearward::transport
