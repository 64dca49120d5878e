#include "crypto/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <new>

namespace bearward::crypto {
namespace {

/// HTTP/1.1 when the client offers it; a client that offers only others is answered without ALPN.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned int offered_length, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* selected = nullptr;
  const int result = SSL_select_next_proto(&selected, length, ours, sizeof ours - 1, offered, offered_length);
  *chosen = selected;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void apply_settings(SSL_CTX* context, bool at_least_1_3) {
  SSL_CTX_set_min_proto_version(context, at_least_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  // TLS 1.2: forward secrecy and AEAD only (RFC 9325 §4.2); 1.3 has no others.
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL");
  // An idle connection gives its record buffers back: 34 KiB of the 48 KiB that OpenSSL would hold.
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);  // a record's header and body in one recv
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  static constexpr unsigned char session_context[] = "bearward";
  SSL_CTX_set_session_id_context(context, session_context, sizeof session_context - 1);
}

}  // namespace

void TlsContext::FreeContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<std::shared_ptr<const TlsContext>, std::string> TlsContext::server(
    const std::vector<ServerCertificate>& certificates, bool at_least_1_3) {
  if (certificates.empty()) return std::unexpected("a TLS listener needs a certificate");
  auto result = std::make_shared<TlsContext>();
  for (const ServerCertificate& pem : certificates) {
    Site site;
    site.context.reset(SSL_CTX_new(TLS_server_method()));
    if (!site.context) throw std::bad_alloc();
    apply_settings(site.context.get(), at_least_1_3);
    std::string problem = use_certificate(site.context.get(), pem, site.names);
    ERR_clear_error();
    if (!problem.empty()) return std::unexpected(std::move(problem));
    result->sites_.push_back(std::move(site));
  }
  if (result->sites_.size() > 1) {
    SSL_CTX* first = result->sites_.front().context.get();
    // What SSL_CTX_set_tlsext_servername_callback and _arg expand to, without their C casts.
    SSL_CTX_callback_ctrl(first, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                          reinterpret_cast<void (*)()>(&TlsContext::choose_by_server_name));
    SSL_CTX_ctrl(first, SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, result.get());
  }
  return std::shared_ptr<const TlsContext>(std::move(result));
}

ssl_st* TlsContext::new_server_connection() const {
  SSL* connection = SSL_new(sites_.front().context.get());
  if (connection == nullptr) throw std::bad_alloc();
  SSL_set_accept_state(connection);
  return connection;
}

int TlsContext::choose_by_server_name(ssl_st* connection, int*, void* self) {
  const char* name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const Site* site = static_cast<const TlsContext*>(self)->find(lower(name));
  if (site != nullptr) SSL_set_SSL_CTX(connection, site->context.get());
  return SSL_TLSEXT_ERR_OK;
}

const TlsContext::Site* TlsContext::find(std::string_view server_name) const {
  const std::size_t dot = server_name.find('.');
  const Site* by_wildcard = nullptr;
  for (const Site& site : sites_) {
    for (const std::string& name : site.names) {
      if (name == server_name) return &site;
      if (name.starts_with("*.") && dot != std::string_view::npos && server_name.substr(dot) == name.substr(1)) {
        if (by_wildcard == nullptr) by_wildcard = &site;
      }
    }
  }
  return by_wildcard;
}

}  // namespace bearward::crypto
