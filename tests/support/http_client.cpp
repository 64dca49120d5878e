#include "support/http_client.h"

#include <charconv>
#include <cstdint>
#include <utility>

namespace bearward::testing {

bool HttpClient::fill(std::chrono::milliseconds limit) {
  if (ending_ != Ending::open) return false;
  Received received = receive(limit);
  ending_ = received.ending;
  unread_ += received.bytes;
  return !received.bytes.empty();
}

std::string HttpClient::take(std::size_t size) {
  std::string taken = unread_.substr(0, size);
  unread_.erase(0, size);
  return taken;
}

std::string HttpClient::read_until(std::string_view text, std::chrono::milliseconds limit) {
  std::size_t at = 0;
  while ((at = unread_.find(text)) == std::string::npos) {
    if (!fill(limit)) return {};
  }
  return take(at + text.size());
}

std::string HttpClient::read_head(std::chrono::milliseconds limit) { return read_until("\r\n\r\n", limit); }

Response HttpClient::read_response(bool to_head, std::chrono::milliseconds limit) {
  Response response;
  while (true) {
    response.head = read_head(limit);
    response.ending = ending_;
    if (response.head.size() < 13 || !response.head.starts_with("HTTP/1.")) return response;
    std::from_chars(response.head.data() + 9, response.head.data() + 12, response.status);
    if (response.status >= 200) break;
    response.interim.push_back(std::exchange(response.head, {}));
    response.status = 0;
  }
  response.fields = FieldLines::parse(response.head);
  if (to_head || response.status == 204 || response.status == 304) {
    response.complete = true;
  } else {
    read_content(response, limit);
  }
  response.ending = ending_;
  return response;
}

void HttpClient::read_content(Response& response, std::chrono::milliseconds limit) {
  if (equal_ignoring_case(response.field("Transfer-Encoding"), "chunked")) return read_chunked(response, limit);
  const auto written = response.fields.find("Content-Length");
  if (!written) {
    while (fill(limit)) {
    }
    response.content = std::exchange(unread_, {});
    response.complete = ending_ == Ending::ended;
    return;
  }
  std::size_t length = 0;
  std::from_chars(written->data(), written->data() + written->size(), length);
  while (unread_.size() < length && fill(limit)) {
  }
  response.content = take(length);
  response.complete = response.content.size() == length;
}

void HttpClient::read_chunked(Response& response, std::chrono::milliseconds limit) {
  while (true) {
    const std::string line = read_until("\r\n", limit);
    std::size_t size = 0;
    if (std::from_chars(line.data(), line.data() + line.size(), size, 16).ec != std::errc{}) return;
    if (size == 0) break;
    while (unread_.size() < size + 2 && fill(limit)) {
    }
    response.content += take(size);
    if (take(2) != "\r\n") return;
  }
  std::string line;
  std::string trailers = "\r\n";  // a first line, for the parser of heads
  do {
    line = read_until("\r\n", limit);
    trailers += line;
  } while (!line.empty() && line != "\r\n");
  response.trailers = FieldLines::parse(trailers);
  response.complete = line == "\r\n";
}

Response HttpClient::exchange(std::string_view request) {
  send(request);
  return read_response(request.starts_with("HEAD "));
}

Ending HttpClient::wait_for_end(std::chrono::milliseconds limit) {
  while (fill(limit)) {
  }
  return ending_;
}

Response exchange(std::uint16_t port, std::string_view request) {
  RawClient client(port);
  return client.exchange(request);
}

}  // namespace bearward::testing
