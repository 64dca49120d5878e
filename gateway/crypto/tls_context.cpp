#include "crypto/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <new>

#include "crypto/server_name.h"

namespace bearward::crypto {
namespace {

// TLS 1.2: forward secrecy and AEAD only (RFC 9325 §4.2); 1.3 has no others.
constexpr const char* usual_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* usual_groups = "X25519:P-256:P-384";
// None with SHA-1 or SHA-224 (RFC 9155).
constexpr const char* signature_algorithms =
    "ed25519:ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:"
    "RSA+SHA256:RSA+SHA384:RSA+SHA512";

/// A client that offers protocols and none that is spoken here is told so (RFC 7301 §3.2): a connection for HTTP/2,
/// or for acme-tls/1, that then hears HTTP/1.1 is of no use to it. One that offers none is taken for a client of
/// HTTP/1.1.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned int offered_length, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1\x08http/1.0";
  unsigned char* selected = nullptr;
  const int result = SSL_select_next_proto(&selected, length, ours, sizeof ours - 1, offered, offered_length);
  *chosen = selected;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// The session then keeps the name, for session_tickets.
int acknowledge_server_name(SSL* connection, int*, void*) {
  const bool asked = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name) != nullptr;
  return asked ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

/// What SSL_CTX_set1_groups_list and its like expand to, without their C casts.
bool set_list(SSL_CTX* context, int command, std::string names) {
  return SSL_CTX_ctrl(context, command, 0, names.data()) == 1;
}

int kind_of_key(const SSL_CTX* context) { return EVP_PKEY_get_base_id(SSL_CTX_get0_privatekey(context)); }

/// The first part of a cipher list that OpenSSL does not know, and would pass over; empty: it knows all.
std::string unknown_cipher(SSL_CTX* context, std::string_view list) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(':'), list.size());
    const std::string part{list.substr(0, end)};
    const bool is_name = !part.empty() && std::string_view("!-+@").find(part.front()) == std::string_view::npos;
    if (is_name && SSL_CTX_set_cipher_list(context, part.c_str()) != 1) return part;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return {};
}

/// What is wrong with the settings, or empty.
std::string use_algorithms(SSL_CTX* context, const ServerTls& settings) {
  const std::string unknown = unknown_cipher(context, settings.ciphers);
  if (!unknown.empty()) return "ciphers: OpenSSL does not know \"" + unknown + "\"";
  const std::string ciphers = (settings.ciphers.empty() ? usual_ciphers : settings.ciphers) + ":!aNULL:!eNULL";
  if (SSL_CTX_set_cipher_list(context, ciphers.c_str()) != 1) {
    return "ciphers: nothing is left of \"" + settings.ciphers + "\"";
  }
  if (!settings.ciphersuites.empty() && SSL_CTX_set_ciphersuites(context, settings.ciphersuites.c_str()) != 1) {
    return "ciphersuites: OpenSSL does not know all of \"" + settings.ciphersuites + "\"";
  }
  if (!set_list(context, SSL_CTRL_SET_GROUPS_LIST, settings.groups.empty() ? usual_groups : settings.groups)) {
    return "groups: OpenSSL does not know all of \"" + settings.groups + "\"";
  }
  set_list(context, SSL_CTRL_SET_SIGALGS_LIST, signature_algorithms);
  return {};
}

std::string apply_settings(SSL_CTX* context, const ServerTls& settings) {
  SSL_CTX_set_min_proto_version(context, settings.at_least_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(context, settings.at_most_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  // An idle connection gives its record buffers back: 34 KiB of the 48 KiB that OpenSSL would hold.
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);  // a record's header and body in one recv
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  // What SSL_CTX_set_tlsext_servername_callback expands to, without its C cast.
  SSL_CTX_callback_ctrl(context, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                        reinterpret_cast<void (*)()>(&acknowledge_server_name));
  const auto session_context = session_context_of(settings.client_certificates);
  SSL_CTX_set_session_id_context(context, session_context.data(), session_context.size());
  std::string problem = use_algorithms(context, settings);
  if (problem.empty()) problem = ask_for_certificates(context, settings.client_certificates);
  return problem;
}

}  // namespace

void TlsContext::FreeContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<std::shared_ptr<const TlsContext>, std::string> TlsContext::server(const ServerTls& settings) {
  if (settings.certificates.empty()) return std::unexpected("a TLS listener needs a certificate");
  auto result = std::make_shared<TlsContext>();
  result->strict_sni_ = settings.strict_sni;
  result->tickets_ = settings.tickets;
  for (const ServerCertificate& certificate : settings.certificates) {
    auto added = result->add(certificate, settings);
    if (added) added = result->add_staple(certificate);
    ERR_clear_error();
    if (!added) return std::unexpected(std::move(added.error()));
  }
  SSL_CTX_set_client_hello_cb(result->sites_.front().context.get(), &TlsContext::choose_site, result.get());
  return std::shared_ptr<const TlsContext>(std::move(result));
}

Result<void, std::string> TlsContext::add(const ServerCertificate& certificate, const ServerTls& settings) {
  Site site;
  site.context.reset(SSL_CTX_new(TLS_server_method()));
  if (!site.context) throw std::bad_alloc();
  std::string problem = apply_settings(site.context.get(), settings);
  if (problem.empty())
    problem = use_certificate(site.context.get(), {certificate.chain, certificate.private_key}, site.names);
  if (!problem.empty()) return std::unexpected(std::move(problem));
  use_session_tickets(site.context.get(), tickets_);
  // What SSL_CTX_set_tlsext_status_cb and _arg expand to.
  SSL_CTX_callback_ctrl(site.context.get(), SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB,
                        reinterpret_cast<void (*)()>(&TlsContext::send_staple));
  SSL_CTX_ctrl(site.context.get(), SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB_ARG, 0, this);
  std::ranges::sort(site.names);
  const int kind = kind_of_key(site.context.get());
  const auto twin = std::ranges::find_if(sites_, [&](const Site& each) {
    return each.names == site.names && std::ranges::find(each.kinds, kind) == each.kinds.end();
  });
  if (twin == sites_.end()) {
    site.kinds = {kind};
    sites_.push_back(std::move(site));
    return {};
  }
  twin->kinds.push_back(kind);
  std::vector<std::string> same_names;
  problem = use_certificate(twin->context.get(), {certificate.chain, certificate.private_key}, same_names);
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return {};
}

Result<void, std::string> TlsContext::add_staple(const ServerCertificate& certificate) {
  if (certificate.ocsp_staple.empty()) return {};
  auto chain = read_chain(certificate.chain);
  auto staple =
      read_ocsp_staple(certificate.ocsp_staple, chain.at(0).get(), chain.size() > 1 ? chain[1].get() : nullptr);
  if (!staple) return std::unexpected("the OCSP staple cannot be used: " + staple.error());
  staples_.push_back({std::move(chain.front()), std::move(*staple)});
  return {};
}

/// RFC 6066 §8: the client has asked for one.
int TlsContext::send_staple(ssl_st* connection, void* self) {
  const X509* const shown = SSL_get_certificate(connection);
  for (const Stapled& each : static_cast<const TlsContext*>(self)->staples_) {
    if (shown == nullptr || X509_cmp(shown, each.certificate.get()) != 0) continue;
    if (!can_be_sent(each.staple, unix_now())) return SSL_TLSEXT_ERR_NOACK;
    void* const copy = OPENSSL_memdup(each.staple.der.data(), each.staple.der.size());  // the connection owns it
    if (copy == nullptr) return SSL_TLSEXT_ERR_NOACK;
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP, static_cast<long>(each.staple.der.size()), copy);
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

ssl_st* TlsContext::new_server_connection() const {
  SSL* connection = SSL_new(sites_.front().context.get());
  if (connection == nullptr) throw std::bad_alloc();
  SSL_set_accept_state(connection);
  return connection;
}

/// Before anything else of the ClientHello is looked at: a session resumes in the context of the site that
/// it is for.
int TlsContext::choose_site(ssl_st* connection, int* alert, void* self) {
  const auto& context = *static_cast<const TlsContext*>(self);
  const std::string_view name = requested_server_name(connection);
  const Site* site = name.empty() ? nullptr : context.find(lower(name));
  if (site == nullptr && context.strict_sni_) {
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_CLIENT_HELLO_ERROR;
  }
  if (site != nullptr && site != &context.sites_.front()) SSL_set_SSL_CTX(connection, site->context.get());
  return SSL_CLIENT_HELLO_SUCCESS;
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
