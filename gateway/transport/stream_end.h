#pragma once

#include "http/tunnel.h"
#include "transport/http1_input.h"
#include "transport/stream.h"

namespace bearward::transport {

/// An HTTP/1 connection as one end of a tunnel. Bytes that came behind the head belong to the tunnel: they are read
/// first. No view of that head holds once they have been.
class StreamEnd final : public http::TunnelEnd {
 public:
  StreamEnd(Stream& stream, InputBuffer& input);

  void arm(std::chrono::milliseconds idle, SteadyTime latest) override { stream_.read_deadline().arm(idle, latest); }
  Task<error_code> wait_readable() override;
  Result<std::optional<std::size_t>> read(std::span<char> into) override;
  Task<error_code> write(std::string_view bytes) override { return stream_.write(bytes); }
  Task<> end_writing() override { return stream_.end_writing(); }
  void cancel() override;
  void cut() override;

 private:
  Stream& stream_;
  InputBuffer& input_;
  bool all_read_ = false;  // the last `read` brought nothing: what TLS holds is no whole record
};

}  // namespace bearward::transport
