#include "support/tls_upstream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace bearward::testing {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

std::unique_ptr<X509, Free> certificate_of(const std::string& pem) {
  const std::unique_ptr<BIO, Free> text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return std::unique_ptr<X509, Free>(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
}

std::string common_name(const X509* certificate) {
  if (certificate == nullptr) return "nobody";
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), name.size());
  return name.data();
}

}  // namespace

TlsUpstream::TlsUpstream(const Certificate& certificate, const std::string& demanded)
    : context_(SSL_CTX_new(TLS_server_method())), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's socket BIO writes without MSG_NOSIGNAL
  const std::unique_ptr<BIO, Free> key_text(
      BIO_new_mem_buf(certificate.private_key.data(), static_cast<int>(certificate.private_key.size())));
  const std::unique_ptr<EVP_PKEY, Free> key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
  SSL_CTX_use_certificate(context_.get(), certificate_of(certificate.certificate).get());
  SSL_CTX_use_PrivateKey(context_.get(), key.get());
  if (!demanded.empty()) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), certificate_of(demanded).get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.descriptor(), raw, length) != 0 || ::listen(listener_.descriptor(), 64) != 0 ||
      ::getsockname(listener_.descriptor(), raw, &length) != 0) {
    throw std::runtime_error("the TLS upstream cannot listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_connections(); });
}

TlsUpstream::~TlsUpstream() {
  ::shutdown(listener_.descriptor(), SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const TcpSocket& each : sockets_) ::shutdown(each.descriptor(), SHUT_RDWR);
  }
  for (std::thread& each : threads_) each.join();
}

void TlsUpstream::accept_connections() {
  while (true) {
    const int descriptor = ::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const std::lock_guard lock(mutex_);
    sockets_.emplace_back(descriptor);
    threads_.emplace_back([this, descriptor] { serve(descriptor); });
  }
}

namespace {

void echo(SSL* ssl) {
  const std::string_view switching = "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
  SSL_write(ssl, switching.data(), static_cast<int>(switching.size()));
  std::array<char, 4096> buffer;
  while (true) {
    const int received = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()));
    if (received <= 0 || SSL_write(ssl, buffer.data(), received) <= 0) break;
  }
  SSL_shutdown(ssl);
}

}  // namespace

void TlsUpstream::serve(int descriptor) {
  const std::unique_ptr<SSL, Free> ssl(SSL_new(context_.get()));
  SSL_set_fd(ssl.get(), descriptor);
  if (SSL_accept(ssl.get()) == 1) {
    ++connections_;
    const char* name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
    const std::string content =
        (name != nullptr ? std::string(name) : "none") + "/" + common_name(SSL_get0_peer_certificate(ssl.get()));
    const std::string answer =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content;
    std::string unread;
    std::array<char, 4096> buffer;
    while (true) {
      const int received = SSL_read(ssl.get(), buffer.data(), static_cast<int>(buffer.size()));
      if (received <= 0) break;
      unread.append(buffer.data(), static_cast<std::size_t>(received));
      if (!unread.ends_with("\r\n\r\n")) continue;
      if (unread.find("\r\nUpgrade: echo\r\n") != std::string::npos) {
        echo(ssl.get());
        break;
      }
      unread.clear();
      if (SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size())) <= 0) break;
    }
  }
  ERR_clear_error();
  ::shutdown(descriptor, SHUT_RDWR);
}

}  // namespace bearward::testing
