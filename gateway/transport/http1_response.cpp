#include "transport/http1_response.h"

#include <ctime>
#include <optional>

#include "http/client_watch.h"
#include "http/forwarding.h"
#include "transport/http1_chunk_frame.h"

namespace bearward::transport {
namespace {

/// Head and content up to here share one write: within one TLS record of 16 KiB.
constexpr std::size_t most_joined_bytes = 16 * 1024;

std::string_view current_date() {
  thread_local std::time_t written_for = 0;
  thread_local char text[32];
  thread_local std::size_t length = 0;
  const std::time_t now = std::time(nullptr);
  if (now != written_for) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    length = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);  // RFC 9110 §5.6.7
    written_for = now;
  }
  return {text, length};
}

/// What a 426 is about (RFC 9110 §15.5.22): the protocols that the client is to ask for.
void write_offered_protocols(http::Fields fields, http::HeadWriter& writer) {
  writer.field("Connection", "upgrade");
  for (const http::Field& field : fields) {
    if (field.id == http::FieldId::upgrade) writer.field("Upgrade", field.value);
  }
}

}  // namespace

void write_end_to_end_fields(http::Fields fields, http::HeadWriter& writer, bool with_trailers) {
  const http::HopByHop hop_by_hop(fields, with_trailers);
  for (const http::Field& field : fields) {
    if (!hop_by_hop.drops(field)) writer.field(field.name, field.value);
  }
}

void write_switching_head(const http::Response& response, http::HeadWriter& writer) {
  writer.status_line(response.status, response.reason.empty() ? http::reason_phrase(response.status) : response.reason);
  write_end_to_end_fields(response.fields, writer);
  writer.text(response.own_fields);
  writer.field("Connection", "upgrade");
  writer.field("Upgrade", response.tunnel->protocol());
  writer.end();
}

void SendResponse::write_head(const http::RequestHead& request, const http::Response& response,
                              http::HeadWriter& writer) {
  writer.status_line(response.status, response.reason.empty() ? http::reason_phrase(response.status) : response.reason);
  write_end_to_end_fields(response.fields, writer, framing_ == http::Framing::chunked);
  if (response.status == 426) write_offered_protocols(response.fields, writer);
  writer.text(response.own_fields);
  if (!response.has_date && http::find(response.fields, http::FieldId::date) == nullptr)
    writer.field("Date", current_date());
  if (framing_ == http::Framing::length) writer.field("Content-Length", length_);
  if (framing_ == http::Framing::none && response.length_without_content) {
    writer.field("Content-Length", *response.length_without_content);
  }
  if (framing_ == http::Framing::chunked) writer.field("Transfer-Encoding", "chunked");
  if (!keep_alive_) {
    writer.field("Connection", "close");
  } else if (request.version == http::Version::http1_0) {
    writer.field("Connection", "keep-alive");
  }
  writer.end();
}

Task<bool> SendResponse::send(const http::RequestHead& request, http::Response& response, bool keep_alive) {
  const bool may_have_content = request.method != "HEAD" && response.status != 204 && response.status != 304;
  if (may_have_content) {
    const auto length =
        response.content ? response.content->length() : std::optional(std::uint64_t{response.body.size()});
    framing_ = length
                   ? http::Framing::length
                   : (request.version == http::Version::http1_1 ? http::Framing::chunked : http::Framing::until_close);
    length_ = length.value_or(0);
  } else if (!response.content && response.status != 204 && response.status != 304) {
    response.length_without_content = response.body.size();
  }
  keep_alive_ = keep_alive && framing_ != http::Framing::until_close;

  BufferPool::Lease block(buffers_);
  http::HeadWriter writer(block.span());
  write_head(request, response, writer);
  if (writer.overflowed()) co_return false;
  if (framing_ == http::Framing::none) co_return !(co_await write(writer.written(), {}));
  if (response.content) co_return co_await send_content(response, writer);
  content_bytes_ = response.body.size();
  if (writer.written().size() + response.body.size() <= most_joined_bytes) {
    writer.text(response.body);
    co_return !(co_await write(writer.written(), {}));
  }
  co_return !(co_await write(writer.written(), response.body));
}

Task<bool> SendResponse::send_content(http::Response& response, http::HeadWriter& writer) {
  http::Content& content = *response.content;
  const bool chunked = framing_ == http::Framing::chunked;
  std::string_view part = content.read_buffered();
  std::string_view end_of_part;
  if (chunked && !part.empty()) {
    writer.text(ChunkStart(part.size()).view());
    end_of_part = chunk_end;
  }
  content_bytes_ = part.size();
  error_code error;
  if (writer.written().size() + part.size() <= most_joined_bytes) {
    writer.text(part);
    writer.text(end_of_part);
    error = co_await write(writer.written());
  } else {
    error = co_await write(writer.written(), part, end_of_part);
  }
  if (error) co_return false;
  if (framing_ == http::Framing::length && content_bytes_ == length_) co_return true;

  awaited_ = &content;
  std::optional<http::ClientWatch> watch;
  while (true) {
    // The next event of a stream may be an hour away: a client that goes meanwhile is noticed.
    watch.emplace(client_, *this);
    const Result<std::string_view> next = co_await content.read();
    watch.reset();
    if (!next) co_return false;
    if (next->empty()) break;
    content_bytes_ += next->size();
    if (chunked) {
      const ChunkStart start(next->size());
      error = co_await write(start.view(), *next, chunk_end);
    } else {
      error = co_await write(*next);
    }
    if (error) co_return false;
  }
  if (!chunked) co_return framing_ == http::Framing::until_close || content_bytes_ == length_;
  const std::string end = last_chunk(content.trailers());
  co_return !(co_await write(end));
}

Task<error_code> SendResponse::write(std::string_view first, std::string_view second, std::string_view third) {
  const SteadyTime begun = stream_.write_deadline().now();
  stream_.write_deadline().arm(rate_.patience(idle_));
  const error_code error = co_await stream_.write(first, second, third);
  stream_.write_deadline().disarm();
  rate_.note(stream_.write_deadline().now() - begun, first.size() + second.size() + third.size());
  co_return error;
}

void SendResponse::client_gone() { awaited_->abandon(); }

}  // namespace bearward::transport
