#include "support/tls_client.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <csignal>

namespace bearward::testing {
namespace {

void limit_blocking(int descriptor, std::chrono::milliseconds limit) {
  const timeval time{limit.count() / 1000, (limit.count() % 1000) * 1000};
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

/// RFC 7301 §3.1: each after its length.
std::string wire_form(const std::vector<std::string>& protocols) {
  std::string octets;
  for (const std::string& each : protocols) octets += static_cast<char>(each.size()) + each;
  return octets;
}

void use(SSL_CTX* context, const Certificate& pem) {
  const auto memory = [](const std::string& text) {
    return std::shared_ptr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())),
                                [](BIO* bio) { BIO_free(bio); });
  };
  X509* const certificate = PEM_read_bio_X509(memory(pem.certificate).get(), nullptr, nullptr, nullptr);
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(memory(pem.private_key).get(), nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(context, certificate);
  SSL_CTX_use_PrivateKey(context, key);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

}  // namespace

TlsClient::TlsClient(std::uint16_t port, const TlsOptions& options)
    : socket_(TcpSocket::connect(port)), context_(SSL_CTX_new(TLS_client_method())) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's socket BIO writes without MSG_NOSIGNAL
  // A client as lax as can be: what is refused, the gateway refused.
  SSL_CTX_set_security_level(context_.get(), 0);
  SSL_CTX_set_min_proto_version(context_.get(), options.min_version);
  SSL_CTX_set_max_proto_version(context_.get(), options.max_version);
  SSL_CTX_set_cipher_list(context_.get(), options.ciphers.c_str());
  if (options.certificate) use(context_.get(), *options.certificate);
  ssl_.reset(SSL_new(context_.get()));
  limit_blocking(socket_.descriptor(), patience);
  SSL_set_fd(ssl_.get(), socket_.descriptor());
  if (!options.server_name.empty()) {  // SSL_set_tlsext_host_name, whose macro is an old-style cast
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(options.server_name.c_str()));
  }
  if (!options.signature_algorithms.empty()) {  // SSL_set1_sigalgs_list
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_SIGALGS_LIST, 0, const_cast<char*>(options.signature_algorithms.c_str()));
  }
  if (options.asks_for_staple) {
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, TLSEXT_STATUSTYPE_ocsp, nullptr);
  }
  const std::string protocols = wire_form(options.protocols);
  SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                      static_cast<unsigned>(protocols.size()));
  if (options.session) SSL_set_session(ssl_.get(), options.session.get());
  if (!options.preamble.empty()) socket_.send(options.preamble);
  ERR_clear_error();
  connected_ = SSL_connect(ssl_.get()) == 1;
  if (connected_) return;
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  failure_ = text.data();
}

TlsClient::~TlsClient() {
  if (connected_) SSL_shutdown(ssl_.get());
}

std::string TlsClient::certificate_name() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr) return {};
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), name.size());
  return name.data();
}

std::string TlsClient::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {name, name + size};
}

std::string TlsClient::group() const {
  const long nid = SSL_ctrl(ssl_.get(), SSL_CTRL_GET_NEGOTIATED_GROUP, 0, nullptr);
  const char* name = OBJ_nid2sn(static_cast<int>(nid));
  return name == nullptr ? "" : name;
}

std::string TlsClient::staple() const {
  unsigned char* octets = nullptr;
  const long size = SSL_ctrl(ssl_.get(), SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, &octets);
  return size <= 0 ? std::string{} : std::string(octets, octets + size);
}

int TlsClient::key_kind() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  return certificate == nullptr ? 0 : EVP_PKEY_get_base_id(X509_get0_pubkey(certificate));
}

std::shared_ptr<SSL_SESSION> TlsClient::session() const {
  return {SSL_get1_session(ssl_.get()), [](SSL_SESSION* session) { SSL_SESSION_free(session); }};
}

bool TlsClient::send(std::string_view bytes) {
  if (!connected_) return false;
  ERR_clear_error();
  return bytes.empty() || SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
}

Received TlsClient::receive(std::chrono::milliseconds limit) {
  if (!connected_) return {"", Ending::reset};
  limit_blocking(socket_.descriptor(), limit);
  std::array<char, 16 * 1024> buffer;
  ERR_clear_error();
  const int received = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
  if (received > 0) return {std::string(buffer.data(), static_cast<std::size_t>(received)), Ending::open};
  switch (SSL_get_error(ssl_.get(), received)) {
    case SSL_ERROR_ZERO_RETURN:
      return {"", Ending::ended};  // close_notify: nobody cut the stream
    case SSL_ERROR_WANT_READ:
      return {};
    default:
      return {"", Ending::reset};
  }
}

}  // namespace bearward::testing
