#include "crypto/key_import.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <vector>

namespace bearward::crypto {
namespace {

/// Collects a key's parameters. The builder refers to its numbers until it is turned into a list.
class Parameters {
 public:
  Parameters() : builder_(OSSL_PARAM_BLD_new()) { require(builder_ != nullptr, "key parameters"); }

  void number(const char* name, std::string_view big_endian) {
    // Secure length: OpenSSL then keeps the number wiped and works on it in constant time.
    OpensslPointer<BIGNUM> value{BN_secure_new()};
    require(value != nullptr && BN_bin2bn(as_bytes(big_endian), static_cast<int>(big_endian.size()), value.get()) &&
                OSSL_PARAM_BLD_push_BN(builder_.get(), name, value.get()) == 1,
            "a number of a key");
    numbers_.push_back(std::move(value));
  }

  void text(const char* name, const char* value) {
    require(OSSL_PARAM_BLD_push_utf8_string(builder_.get(), name, value, 0) == 1, "a name of a key");
  }

  void bytes(const char* name, std::string_view value) {
    require(OSSL_PARAM_BLD_push_octet_string(builder_.get(), name, value.data(), value.size()) == 1, "bytes of a key");
  }

  PkeyPointer key(const char* type, bool is_private) {
    const OpensslPointer<OSSL_PARAM> list{OSSL_PARAM_BLD_to_param(builder_.get())};
    const OpensslPointer<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
    EVP_PKEY* key = nullptr;
    require(list != nullptr && context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1, "a key's import");
    const int selection = is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
    if (EVP_PKEY_fromdata(context.get(), &key, selection, list.get()) != 1) forget_openssl_errors();
    return PkeyPointer{key};
  }

 private:
  OpensslPointer<OSSL_PARAM_BLD> builder_;
  std::vector<OpensslPointer<BIGNUM>> numbers_;
};

}  // namespace

PkeyPointer import_rsa(const RsaComponents& components) {
  Parameters parameters;
  parameters.number(OSSL_PKEY_PARAM_RSA_N, components.n);
  parameters.number(OSSL_PKEY_PARAM_RSA_E, components.e);
  const bool is_private = !components.d.empty();
  if (is_private) parameters.number(OSSL_PKEY_PARAM_RSA_D, components.d.reveal());
  if (is_private && !components.p.empty()) {  // the five that make signing four times as fast
    parameters.number(OSSL_PKEY_PARAM_RSA_FACTOR1, components.p.reveal());
    parameters.number(OSSL_PKEY_PARAM_RSA_FACTOR2, components.q.reveal());
    parameters.number(OSSL_PKEY_PARAM_RSA_EXPONENT1, components.dp.reveal());
    parameters.number(OSSL_PKEY_PARAM_RSA_EXPONENT2, components.dq.reveal());
    parameters.number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, components.qi.reveal());
  }
  return parameters.key("RSA", is_private);
}

PkeyPointer import_ec(const char* curve, const EcComponents& components) {
  Parameters parameters;
  parameters.text(OSSL_PKEY_PARAM_GROUP_NAME, curve);
  // SEC 1 §2.3.3: 4 marks an uncompressed point.
  const std::string point = '\x04' + components.x + components.y;
  parameters.bytes(OSSL_PKEY_PARAM_PUB_KEY, point);
  if (!components.d.empty()) parameters.number(OSSL_PKEY_PARAM_PRIV_KEY, components.d.reveal());
  return parameters.key("EC", !components.d.empty());
}

PkeyPointer import_ed25519(const Ed25519Components& components) {
  Parameters parameters;
  parameters.bytes(OSSL_PKEY_PARAM_PUB_KEY, components.x);
  if (!components.d.empty()) parameters.bytes(OSSL_PKEY_PARAM_PRIV_KEY, components.d.reveal());
  return parameters.key("ED25519", !components.d.empty());
}

}  // namespace bearward::crypto
