#include "support/client_hello.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>

namespace bearward::testing {
namespace {

struct Free {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

}  // namespace

std::string client_hello(const std::string& server_name) {
  const std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
  const std::unique_ptr<SSL, Free> ssl(SSL_new(context.get()));
  BIO* const sent = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), sent);
  SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(server_name.c_str()));
  SSL_connect(ssl.get());
  ERR_clear_error();
  char* octets = nullptr;
  const long size = BIO_get_mem_data(sent, &octets);
  return {octets, static_cast<std::size_t>(size)};
}

}  // namespace bearward::testing
