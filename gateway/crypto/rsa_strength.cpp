#include "crypto/rsa_strength.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <algorithm>

#include "crypto/openssl.h"

namespace bearward::crypto {
namespace {

OpensslPointer<BIGNUM> number(const EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &value) == 1, "a number of an RSA key");
  return OpensslPointer<BIGNUM>{value};
}

bool is_power_of_65537(BN_ULONG remainder, BN_ULONG prime) {
  BN_ULONG power = 1;
  do {
    if (power == remainder) return true;
    power = power * 65537 % prime;
  } while (power != 1);
  return false;
}

// Infineon's library made primes k*M + (65537^a mod M), M the product of the first primes. So the modulus
// is a power of 65537 modulo each of them; of sound moduli one in 2^27 is, for the primes up to 167.
bool has_roca_fingerprint(const BIGNUM* modulus) {
  for (BN_ULONG prime = 3; prime <= 167; prime += 2) {
    bool composite = false;
    for (BN_ULONG factor = 3; factor * factor <= prime; factor += 2) composite |= prime % factor == 0;
    if (!composite && !is_power_of_65537(BN_mod_word(modulus, prime), prime)) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> rsa_weakness(const EVP_PKEY* key) {
  const auto modulus = number(key, OSSL_PKEY_PARAM_RSA_N);
  const auto exponent = number(key, OSSL_PKEY_PARAM_RSA_E);
  const int bits = BN_num_bits(modulus.get());
  const std::string found = "the RSA key has " + std::to_string(bits) + " bits; ";
  if (bits < 2048) return found + "use one of 2048 bits or more";
  if (bits > 8192) return found + "use one of 8192 bits or fewer";
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get()) || BN_num_bits(exponent.get()) > 64)
    return "the RSA key's public exponent is 1, even or longer than 64 bits; make a new key, with 65537";
  if (has_roca_fingerprint(modulus.get()))
    return "the RSA key can be factored (ROCA, CVE-2017-15361); make a new key with OpenSSL";
  return std::nullopt;
}

}  // namespace bearward::crypto
