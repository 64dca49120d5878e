#include "token/public_jwk.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/base64url.h"
#include "crypto/key_export.h"

namespace bearward::token {
namespace {

namespace json = boost::json;

struct WriteNumbers {
  json::object& jwk;
  crypto::Algorithm algorithm;

  void operator()(const crypto::RsaComponents& rsa) const {
    jwk["kty"] = "RSA";
    jwk["n"] = base64url_encode(rsa.n);
    jwk["e"] = base64url_encode(rsa.e);
  }
  void operator()(const crypto::EcComponents& ec) const {
    jwk["kty"] = "EC";
    jwk["crv"] = crypto::jwk_curve_name(algorithm);
    jwk["x"] = base64url_encode(ec.x);
    jwk["y"] = base64url_encode(ec.y);
  }
  void operator()(const crypto::Ed25519Components& okp) const {
    jwk["kty"] = "OKP";
    jwk["crv"] = crypto::jwk_curve_name(algorithm);
    jwk["x"] = base64url_encode(okp.x);
  }
};

json::object public_jwk(const NamedKey& named) {
  json::object jwk;
  const crypto::Algorithm algorithm = named.key->algorithm();
  std::visit(WriteNumbers{jwk, algorithm}, crypto::public_components(*named.key));
  if (!named.kid.empty()) jwk["kid"] = named.kid;
  jwk["alg"] = crypto::to_string(algorithm);
  jwk["use"] = "sig";
  return jwk;
}

}  // namespace

std::string write_jwk_set(std::span<const NamedKey> keys) {
  json::array list;
  for (const NamedKey& named : keys) {
    if (crypto::family_of(named.key->algorithm()) != crypto::KeyFamily::hmac) list.push_back(public_jwk(named));
  }
  return json::serialize(json::object{{"keys", std::move(list)}});
}

}  // namespace bearward::token
