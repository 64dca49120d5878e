#include "crypto/hmac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace bearward::crypto {

Hmac::Hmac(Algorithm algorithm, std::string_view key) {
  const OpensslPointer<EVP_MAC> mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  require(mac != nullptr, "HMAC");
  context_.reset(EVP_MAC_CTX_new(mac.get()));
  // OpenSSL only reads the name, though the parameter is not const.
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest_name(algorithm)), 0),
      OSSL_PARAM_construct_end()};
  require(context_ != nullptr && EVP_MAC_init(context_.get(), as_bytes(key), key.size(), parameters) == 1, "HMAC key");
}

std::string_view Hmac::of(std::string_view message) {
  std::size_t length = 0;
  // Without a key, init goes back to the keyed start; a finished context used again is wrong silently.
  const bool good =
      EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
      EVP_MAC_update(context_.get(), as_bytes(message), message.size()) == 1 &&
      EVP_MAC_final(context_.get(), reinterpret_cast<unsigned char*>(result_.data()), &length, result_.size()) == 1;
  require(good, "HMAC");
  return {result_.data(), length};
}

}  // namespace bearward::crypto
