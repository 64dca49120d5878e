#include "probe/connection.h"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

#include "base/time.h"
#include "http/field_syntax.h"

namespace bearward::probe {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using Tcp = asio::ip::tcp;

constexpr std::size_t most_bytes = 256 * 1024;

/// Where one response ends in `received`; nullopt while it may go on.
struct Parsed {
  Answer answer;
  std::size_t size = 0;
};

std::string_view value_of(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !http::equal_ignoring_case(line.substr(0, colon), name)) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    return value;
  }
  return {};
}

/// Is the chunked content at the start of `text` whole, and how long? It is not decoded: nobody reads it.
std::optional<std::size_t> chunked_size(std::string_view text) {
  const std::size_t end = text.find("0\r\n\r\n");
  if (end == std::string_view::npos || (end != 0 && text[end - 1] != '\n')) return std::nullopt;
  return end + 5;
}

std::optional<Parsed> parse(std::string_view received, bool ended) {
  const std::size_t head_end = received.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return std::nullopt;
  Parsed parsed;
  const std::string_view head = received.substr(0, head_end);
  parsed.answer.head = head;
  if (head.size() < 12 || !head.starts_with("HTTP/1.")) {
    parsed.size = received.size();
    return parsed;
  }
  std::from_chars(head.data() + 9, head.data() + 12, parsed.answer.status);
  const std::string_view rest = received.substr(head_end + 4);
  if (parsed.answer.status < 200) {  // 100 and its like come first
    auto final = parse(rest, ended);
    if (final) final->size += head_end + 4;
    return final;
  }
  std::size_t size = 0;
  const std::string_view length = value_of(head, "Content-Length");
  if (http::equal_ignoring_case(value_of(head, "Transfer-Encoding"), "chunked")) {
    const auto chunked = chunked_size(rest);
    if (!chunked && !ended) return std::nullopt;
    size = chunked.value_or(rest.size());
  } else if (!length.empty()) {
    std::from_chars(length.data(), length.data() + length.size(), size);
    if (rest.size() < size && !ended) return std::nullopt;
  } else if (parsed.answer.status != 204 && parsed.answer.status != 304) {
    if (!ended) return std::nullopt;
    size = rest.size();
  }
  size = std::min(size, rest.size());
  parsed.answer.content = rest.substr(0, size);
  parsed.size = static_cast<std::size_t>(rest.data() - received.data()) + size;
  return parsed;
}

/// Runs one asynchronous step to its end or its deadline; a step that is late is cut off.
class Exchange {
 public:
  Exchange(const Address& address, SteadyTime deadline)
      : address_(address), deadline_(deadline), tls_(asio::ssl::context::tls_client), stream_(io_, tls_) {}

  Result<void, std::string> open() {
    error_code error;
    const auto ip = asio::ip::make_address(address_.host, error);
    if (error) return std::unexpected("\"" + address_.host + "\" is no IP address");
    if (const auto failed = finish([&](auto done) { stream_.next_layer().async_connect({ip, address_.port}, done); })) {
      return std::unexpected("cannot connect to " + address_.host + ":" + std::to_string(address_.port) + ": " +
                             failed.message());
    }
    constexpr std::string_view of_nobody_else = "PROXY UNKNOWN\r\n";
    if (address_.proxy_protocol) asio::write(stream_.next_layer(), asio::buffer(of_nobody_else), error);
    return address_.tls ? shake_hands() : Result<void, std::string>{};
  }

  error_code write(std::string_view bytes) {
    return finish([&](auto done) {
      const auto written = [done](const error_code& error, std::size_t) { done(error); };
      if (address_.tls) {
        asio::async_write(stream_, asio::buffer(bytes), written);
      } else {
        asio::async_write(stream_.next_layer(), asio::buffer(bytes), written);
      }
    });
  }

  /// Adds what comes next to `received`. An error is the end, or silence.
  error_code read(std::string& received) {
    char block[16 * 1024];
    std::size_t size = 0;
    const error_code error = finish([&](auto done) {
      const auto read = [done, &size](const error_code& failed, std::size_t bytes) {
        size = bytes;
        done(failed);
      };
      if (address_.tls) {
        stream_.async_read_some(asio::buffer(block), read);
      } else {
        stream_.next_layer().async_read_some(asio::buffer(block), read);
      }
    });
    received.append(block, size);
    return error;
  }

  void wait_until(SteadyTime deadline) { deadline_ = deadline; }

 private:
  Result<void, std::string> shake_hands() {
    error_code error;
    if (address_.verify) {
      address_.ca_file.empty() ? tls_.set_default_verify_paths(error) : tls_.load_verify_file(address_.ca_file, error);
      if (error) return std::unexpected("cannot read " + address_.ca_file + ": " + error.message());
      stream_.set_verify_mode(asio::ssl::verify_peer);
      stream_.set_verify_callback(
          asio::ssl::host_name_verification(address_.server_name.empty() ? address_.host : address_.server_name));
    }
    if (!address_.server_name.empty()) {
      // SSL_set_tlsext_host_name, whose macro is an old-style cast.
      SSL_ctrl(stream_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               const_cast<char*>(address_.server_name.c_str()));
    }
    error = finish([&](auto done) { stream_.async_handshake(asio::ssl::stream_base::client, done); });
    if (!error) return {};
    return std::unexpected("no TLS with " + address_.host + ":" + std::to_string(address_.port) + ": " +
                           error.message());
  }

  template <class Start>
  error_code finish(const Start& start) {
    std::optional<error_code> result;
    start([&result](const error_code& error) { result = error; });
    io_.restart();
    io_.run_until(deadline_);
    if (result) return *result;
    error_code ignored;
    stream_.next_layer().close(ignored);  // the step ends, with an error, before its buffers go
    io_.restart();
    io_.run();
    return asio::error::timed_out;
  }

  const Address& address_;
  SteadyTime deadline_;
  asio::io_context io_;
  asio::ssl::context tls_;
  asio::ssl::stream<Tcp::socket> stream_;
};

}  // namespace

std::string Answer::field(std::string_view name) const { return std::string(value_of(head, name)); }

Result<Answer, std::string> send_bytes(const Address& address, std::string_view bytes, milliseconds patience,
                                       milliseconds quiet) {
  Exchange exchange(address, steady_now() + patience);
  if (auto opened = exchange.open(); !opened) return std::unexpected(std::move(opened.error()));
  exchange.write(bytes);  // refused half way: what was answered tells more than the error
  std::string received;
  error_code end;
  std::optional<Parsed> first;
  while (!end && received.size() < most_bytes && !first) {
    end = exchange.read(received);
    first = parse(received, static_cast<bool>(end) && end != asio::error::timed_out);
  }
  if (!first) return Answer{.head = {}, .content = {}, .ended = end != asio::error::timed_out};
  exchange.wait_until(steady_now() + quiet);
  while (!end && quiet.count() != 0 && received.size() == first->size) end = exchange.read(received);
  first->answer.more = received.size() > first->size;
  first->answer.ended = static_cast<bool>(end) && end != asio::error::timed_out;
  return std::move(first->answer);
}

}  // namespace bearward::probe
