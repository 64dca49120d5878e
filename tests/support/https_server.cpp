#include "support/https_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace bearward::testing {
namespace {

TcpSocket listen_on(std::uint16_t& port) {
  TcpSocket listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(listener.descriptor(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t length = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener.descriptor(), raw, length) != 0 || ::listen(listener.descriptor(), 64) != 0 ||
      ::getsockname(listener.descriptor(), raw, &length) != 0) {
    throw std::runtime_error("the HTTPS server cannot listen");
  }
  port = ntohs(address.sin_port);
  return listener;
}

BIO* text_bio(const std::string& text) { return BIO_new_mem_buf(text.data(), static_cast<int>(text.size())); }

void use_certificate(SSL_CTX* context, const Certificate& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> certificate_text(text_bio(pem.certificate), &BIO_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> key_text(text_bio(pem.private_key), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr), &X509_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  if (SSL_CTX_use_certificate(context, certificate.get()) != 1 || SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    throw std::runtime_error("the HTTPS server cannot use its certificate");
}

std::string read_head(SSL* tls) {
  std::string head;
  std::array<char, 4096> buffer{};
  while (head.find("\r\n\r\n") == std::string::npos) {
    const int count = SSL_read(tls, buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) return {};
    head.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return head;
}

}  // namespace

bool HttpsExchange::send(std::string_view bytes) {
  ERR_clear_error();
  return SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())) > 0;
}

void HttpsExchange::answer(std::string_view content, std::string_view fields, std::string_view status_line) {
  std::string text = "HTTP/1.1 ";
  text.append(status_line).append("\r\nContent-Type: application/json\r\nContent-Length: ");
  text.append(std::to_string(content.size())).append("\r\n").append(fields).append("\r\n").append(content);
  send(text);
}

void HttpsServer::FreeContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

HttpsServer::HttpsServer(const Certificate& certificate, std::uint16_t port)
    : context_(SSL_CTX_new(TLS_server_method())), port_(port), listener_(listen_on(port_)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's socket BIO writes without MSG_NOSIGNAL
  use_certificate(context_.get(), certificate);
  behaviour_ = [](HttpsExchange& exchange) { exchange.answer("", "", "404 Not Found"); };
  acceptor_ = std::thread([this] { accept_connections(); });
}

HttpsServer::~HttpsServer() {
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

void HttpsServer::accept_connections() {
  while (true) {
    const int descriptor = ::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const std::lock_guard lock(mutex_);
    connections_.push_back({TcpSocket(descriptor), {}});
    TcpSocket& socket = connections_.back().socket;
    connections_.back().thread = std::thread([this, &socket] { serve(socket); });
  }
}

void HttpsServer::serve(TcpSocket& socket) {
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context_.get()), &SSL_free);
  SSL_set_fd(tls.get(), socket.descriptor());
  if (SSL_accept(tls.get()) == 1) {
    const std::string head = read_head(tls.get());
    if (!head.empty()) {
      HttpsExchange exchange(tls.get(), socket, head);
      record(head)(exchange);
      SSL_shutdown(tls.get());
    }
  }
  ERR_clear_error();
  const std::lock_guard lock(mutex_);
  socket.close();
}

HttpsServer::Behaviour HttpsServer::record(const std::string& head) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(head);
  changed_.notify_all();
  return behaviour_;
}

void HttpsServer::behave(Behaviour behaviour) {
  const std::lock_guard lock(mutex_);
  behaviour_ = std::move(behaviour);
}

void HttpsServer::answer(std::string content, std::string fields) {
  behave([content = std::move(content), fields = std::move(fields)](HttpsExchange& exchange) {
    exchange.answer(content, fields);
  });
}

std::vector<std::string> HttpsServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool HttpsServer::wait_for_requests(std::size_t count, std::chrono::milliseconds limit) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return requests_.size() >= count; });
}

}  // namespace bearward::testing
