#include "crypto/client_tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <new>

#include "base/ip_network.h"

namespace bearward::crypto {
namespace {

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

void apply_settings(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  static constexpr unsigned char protocols[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context, protocols, sizeof protocols - 1);
}

/// Empty when all went well.
std::string trust(SSL_CTX* context, const std::string& authorities) {
  if (authorities.empty()) {
    return SSL_CTX_set_default_verify_paths(context) == 1 ? "" : "the system's trusted authorities cannot be used";
  }
  const Bio text = open_pem(authorities);
  std::size_t count = 0;
  while (true) {
    const std::unique_ptr<X509, FreeX509> authority(PEM_read_bio_X509_AUX(text.get(), nullptr, no_passphrase, nullptr));
    if (!authority) break;
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1) {
      return "an authority's certificate cannot be used";
    }
    ++count;
  }
  return count != 0 ? "" : "the file of authorities holds no PEM certificate";
}

}  // namespace

void ClientTlsContext::FreeContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<std::shared_ptr<const ClientTlsContext>, std::string> ClientTlsContext::make(const ClientTlsSettings& settings) {
  auto result = std::make_shared<ClientTlsContext>();
  result->context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = result->context_.get();
  if (context == nullptr) throw std::bad_alloc();
  apply_settings(context);
  SSL_CTX_set_verify(context, settings.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  std::string problem = settings.verify ? trust(context, settings.authorities) : "";
  std::vector<std::string> names;
  if (problem.empty() && settings.certificate) problem = use_certificate(context, *settings.certificate, names);
  ERR_clear_error();
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return std::shared_ptr<const ClientTlsContext>(std::move(result));
}

ssl_st* ClientTlsContext::new_connection(const std::string& name) const {
  SSL* connection = SSL_new(context_.get());
  if (connection == nullptr) throw std::bad_alloc();
  SSL_set_connect_state(connection);
  X509_VERIFY_PARAM* expected = SSL_get0_param(connection);
  bool set = false;
  if (IpAddress::parse(name)) {
    set = X509_VERIFY_PARAM_set1_ip_asc(expected, name.c_str()) == 1;
  } else {
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // SSL_set_tlsext_host_name, whose macro is an old-style cast.
    set = X509_VERIFY_PARAM_set1_host(expected, name.data(), name.size()) == 1 &&
          SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                   const_cast<char*>(name.c_str())) == 1;
  }
  if (!set) {  // never a connection whose certificate is for anybody
    SSL_free(connection);
    throw std::bad_alloc();
  }
  return connection;
}

}  // namespace bearward::crypto
