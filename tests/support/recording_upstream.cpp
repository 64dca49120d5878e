#include "support/recording_upstream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <charconv>
#include <stdexcept>

namespace bearward::testing {
namespace {

TcpSocket listen_on_free_port(std::uint16_t& port) {
  TcpSocket listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener.descriptor(), raw, length) != 0 || ::listen(listener.descriptor(), 512) != 0 ||
      ::getsockname(listener.descriptor(), raw, &length) != 0) {
    throw std::runtime_error("the recording upstream cannot listen");
  }
  port = ntohs(address.sin_port);
  return listener;
}

RecordedRequest parse_head(std::string head, std::size_t connection) {
  RecordedRequest request;
  request.fields = FieldLines::parse(head);
  const std::size_t method_end = head.find(' ');
  const std::size_t target_end = head.find(' ', method_end + 1);
  request.method = head.substr(0, method_end);
  if (target_end != std::string::npos) request.target = head.substr(method_end + 1, target_end - method_end - 1);
  request.head = std::move(head);
  request.connection = connection;
  return request;
}

}  // namespace

bool UpstreamExchange::fill(std::chrono::milliseconds limit) {
  const Received received = socket_.receive(limit);
  upstream_.note_bytes(received.bytes.size(), generation_);
  unread_ += received.bytes;
  return !received.bytes.empty();
}

std::string UpstreamExchange::read_some(std::chrono::milliseconds limit) {
  if (unread_.empty()) fill(limit);
  return std::exchange(unread_, {});
}

bool UpstreamExchange::read_content() {
  if (std::exchange(content_read_, true)) return request_.complete;
  request_.complete = read_framed();
  upstream_.update(*this);  // before the answer: whoever has that may look at the record
  return request_.complete;
}

bool UpstreamExchange::read_framed() {
  if (equal_ignoring_case(request_.field("Transfer-Encoding"), "chunked")) return read_chunked();
  const std::string written = request_.field("Content-Length");
  std::size_t length = 0;
  std::from_chars(written.data(), written.data() + written.size(), length);
  while (unread_.size() < length && fill(patience)) {
  }
  request_.content = unread_.substr(0, length);
  unread_.erase(0, length);
  return request_.content.size() == length;
}

bool UpstreamExchange::read_chunked() {
  while (true) {
    std::size_t line_end = 0;
    while ((line_end = unread_.find("\r\n")) == std::string::npos) {
      if (!fill(patience)) return false;
    }
    std::size_t size = 0;
    if (std::from_chars(unread_.data(), unread_.data() + line_end, size, 16).ec != std::errc{}) return false;
    if (size == 0) return read_trailers(line_end);
    const std::size_t end = line_end + 2 + size + 2;
    while (unread_.size() < end) {
      if (!fill(patience)) return false;
    }
    request_.content += unread_.substr(line_end + 2, size);
    const bool framed = unread_.compare(end - 2, 2, "\r\n") == 0;
    unread_.erase(0, end);
    if (!framed) return false;
  }
}

bool UpstreamExchange::read_trailers(std::size_t last_chunk_line_end) {
  std::size_t end = 0;
  while ((end = unread_.find("\r\n\r\n", last_chunk_line_end)) == std::string::npos) {
    if (!fill(patience)) return false;
  }
  request_.trailers = FieldLines::parse(std::string_view(unread_).substr(0, end + 2));
  unread_.erase(0, end + 4);
  return true;
}

void UpstreamExchange::answer(std::string_view content, std::string_view fields, std::string_view status_line) {
  std::string text = "HTTP/1.1 ";
  text.append(status_line).append("\r\nContent-Length: ").append(std::to_string(content.size())).append("\r\n");
  text.append(fields).append("\r\n").append(request_.method == "HEAD" ? "" : content);
  send(text);
}

void UpstreamExchange::close() {
  const std::lock_guard lock(upstream_.mutex_);
  socket_.close();
}

void UpstreamExchange::reset() {
  const std::lock_guard lock(upstream_.mutex_);
  socket_.reset();
}

Ending UpstreamExchange::wait_for_end(std::chrono::milliseconds limit) {
  while (true) {
    const Received received = socket_.receive(limit);
    upstream_.note_bytes(received.bytes.size(), generation_);
    if (received.bytes.empty()) return received.ending;
  }
}

void RecordingUpstream::answer_normally(UpstreamExchange& exchange) {
  if (!exchange.read_content()) return exchange.close();
  const RecordedRequest& request = exchange.request();
  exchange.answer(request.method + " " + request.target + " " + std::to_string(request.content.size()) + "\n",
                  "Content-Type: text/plain\r\n");
}

RecordingUpstream::RecordingUpstream() : listener_(listen_on_free_port(port_)) {
  acceptor_ = std::thread([this] { accept_connections(); });
}

RecordingUpstream::~RecordingUpstream() {
  ::shutdown(listener_.descriptor(), SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const Connection& each : connections_) {
      if (each.socket.descriptor() >= 0) ::shutdown(each.socket.descriptor(), SHUT_RDWR);
    }
  }
  for (Connection& each : connections_) each.thread.join();
}

void RecordingUpstream::accept_connections() {
  while (true) {
    const int descriptor = ::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard lock(mutex_);
    connections_.push_back({TcpSocket(descriptor), {}});
    const std::size_t number = ++connection_count_;
    TcpSocket& socket = connections_.back().socket;
    connections_.back().thread = std::thread([this, &socket, number] { serve(socket, number); });
  }
}

void RecordingUpstream::serve(TcpSocket& socket, std::size_t number) {
  std::string unread;
  while (serve_one(socket, unread, number)) {
  }
  const std::lock_guard lock(mutex_);
  socket.close();
}

bool RecordingUpstream::serve_one(TcpSocket& socket, std::string& unread, std::size_t number) {
  std::size_t end = 0;
  while ((end = unread.find("\r\n\r\n")) == std::string::npos) {
    const Received received = socket.receive(std::chrono::hours(1));
    note_bytes(received.bytes.size(), std::nullopt);
    unread += received.bytes;
    if (received.bytes.empty()) return false;
  }
  UpstreamExchange exchange(*this, socket, unread, parse_head(unread.substr(0, end + 4), number));
  unread.erase(0, end + 4);
  const Behaviour behaviour = record(exchange);
  behaviour(exchange);
  return socket.descriptor() >= 0 && exchange.read_content();
}

RecordingUpstream::Behaviour RecordingUpstream::record(UpstreamExchange& exchange) {
  const std::lock_guard lock(mutex_);
  exchange.generation_ = generation_;
  exchange.index_ = requests_.size();
  requests_.push_back(exchange.request_);
  changed_.notify_all();
  return behaviour_;
}

void RecordingUpstream::update(const UpstreamExchange& exchange) {
  const std::lock_guard lock(mutex_);
  if (exchange.generation_ == generation_) requests_[exchange.index_] = exchange.request_;
}

/// What still comes of an exchange that began before start_over is not this test's.
void RecordingUpstream::note_bytes(std::size_t count, std::optional<std::uint64_t> generation) {
  const std::lock_guard lock(mutex_);
  if (generation.value_or(generation_) == generation_) received_bytes_ += count;
}

void RecordingUpstream::behave(Behaviour behaviour) {
  const std::lock_guard lock(mutex_);
  behaviour_ = std::move(behaviour);
}

void RecordingUpstream::start_over() {
  const std::lock_guard lock(mutex_);
  behaviour_ = answer_normally;
  requests_.clear();
  received_bytes_ = 0;
  ++generation_;
}

std::vector<RecordedRequest> RecordingUpstream::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

RecordedRequest RecordingUpstream::last() const {
  const std::lock_guard lock(mutex_);
  if (requests_.empty()) throw std::runtime_error("no request reached the upstream");
  return requests_.back();
}

bool RecordingUpstream::wait_for_requests(std::size_t count, std::chrono::milliseconds limit) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return requests_.size() >= count; });
}

std::size_t RecordingUpstream::received_bytes() const {
  const std::lock_guard lock(mutex_);
  return received_bytes_;
}

std::size_t RecordingUpstream::connections() const {
  const std::lock_guard lock(mutex_);
  return connection_count_;
}

}  // namespace bearward::testing
