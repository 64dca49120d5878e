#include "crypto/session_tickets.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <stdexcept>

#include "crypto/server_name.h"

namespace bearward::crypto {
namespace {

int index_of_tickets() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

bool start_cipher_and_mac(const TicketKey& key, const unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                          bool seals) {
  const EVP_CIPHER* const kind = key.key_bytes == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc();
  char digest[] = "SHA256";
  auto* const mac_key = const_cast<unsigned char*>(key.mac_key.data());
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, mac_key, key.key_bytes),
                                   OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  return EVP_CipherInit_ex(cipher, kind, nullptr, key.cipher_key.data(), iv, seals ? 1 : 0) == 1 &&
         EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

/// SSL_CTX_set_tlsext_ticket_key_evp_cb(3). Negative: the handshake fails; 0: no ticket, or one that is not known; 1:
/// good; 2: good, and the client gets a new one.
int seal_or_open(SSL* connection, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                 int seals) {
  const auto* const tickets =
      static_cast<const SessionTickets*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), index_of_tickets()));
  const SteadyTime now = steady_now();
  if (seals == 1) {
    const TicketKey key = tickets->keys->sealer(now);
    std::ranges::copy(key.name, name);
    if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
    return start_cipher_and_mac(key, iv, cipher, mac, true) ? 1 : -1;
  }
  const auto opener = tickets->keys->opener(std::span<const unsigned char, 16>(name, 16), now);
  if (!opener) return 0;
  if (!start_cipher_and_mac(opener->key, iv, cipher, mac, false)) return -1;
  return opener->newest ? 1 : 2;
}

bool has_expired(const X509* certificate) {
  return certificate != nullptr && X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0;
}

/// Of a ticket that was opened: may it be used here?
SSL_TICKET_RETURN judge(SSL* connection, SSL_SESSION* session, const unsigned char*, std::size_t,
                        SSL_TICKET_STATUS status, void*) {
  if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW) return SSL_TICKET_RETURN_IGNORE_RENEW;
  const char* const given_for = SSL_SESSION_get0_hostname(session);
  const bool is_for_this_name =
      same_server_name(given_for == nullptr ? std::string_view{} : given_for, requested_server_name(connection));
  if (!is_for_this_name || has_expired(SSL_SESSION_get0_peer(session))) return SSL_TICKET_RETURN_IGNORE_RENEW;
  return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

}  // namespace

void use_session_tickets(ssl_ctx_st* context, const SessionTickets& tickets) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, tickets.keys ? 1 : 0);
  if (!tickets.keys) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    return;
  }
  SSL_CTX_set_timeout(context, static_cast<long>(tickets.lifetime.count()));
  const bool good = SSL_CTX_set_ex_data(context, index_of_tickets(), const_cast<SessionTickets*>(&tickets)) == 1 &&
                    SSL_CTX_set_tlsext_ticket_key_evp_cb(context, seal_or_open) == 1 &&
                    SSL_CTX_set_session_ticket_cb(context, nullptr, judge, nullptr) == 1;
  if (!good) throw std::runtime_error("OpenSSL takes no session tickets");
}

}  // namespace bearward::crypto
