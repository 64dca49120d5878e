#include "token/jwk.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/base64url.h"
#include "token/strict_json.h"

namespace bearward::token {
namespace {

namespace json = boost::json;
using crypto::Algorithm;
using crypto::Key;

constexpr std::size_t max_keys = 64;
constexpr std::size_t max_set_bytes = 256 * 1024;

std::unexpected<JwkError> refuse(std::string message) {
  return std::unexpected(JwkError{.message = std::move(message)});
}

/// Reads the members of a JWK and remembers the first that is missing or malformed.
class Reader {
 public:
  explicit Reader(const json::object& jwk) : jwk_(jwk) {}

  const std::optional<JwkError>& error() const { return error_; }

  std::optional<std::string> text(std::string_view name) {
    const json::value* value = jwk_.if_contains(name);
    if (value == nullptr) return std::nullopt;
    if (const auto* string = value->if_string()) return std::string{string->data(), string->size()};
    fail(name, "is not a string");
    return std::nullopt;
  }

  /// A member that must be there, decoded.
  std::string bytes(std::string_view name) {
    const auto encoded = text(name);
    const auto decoded = base64url_decode(encoded.value_or(""));
    if (!encoded)
      fail(name, "is missing");
    else if (!decoded)
      fail(name, "is not base64url without padding");
    return decoded.value_or("");
  }

  /// A private member: empty when absent.
  Secret secret(std::string_view name) { return jwk_.contains(name) ? Secret{bytes(name)} : Secret{}; }

 private:
  void fail(std::string_view name, const char* what) {
    if (!error_) error_ = JwkError{.message = "\"" + std::string{name} + "\" " + what};
  }

  const json::object& jwk_;
  std::optional<JwkError> error_;
};

bool holds(const json::array& list, std::string_view text) {
  return std::ranges::any_of(list, [&](const json::value& element) {
    const auto* string = element.if_string();
    return string != nullptr && std::string_view{string->data(), string->size()} == text;
  });
}

/// RFC 7517 §4.2 and §4.3.
std::optional<JwkError> check_purpose(const json::object& jwk) {
  const json::value* use = jwk.if_contains("use");
  if (use != nullptr && *use != json::value("sig"))
    return JwkError{.message = "\"use\" is not \"sig\"", .other_purpose = true};
  const json::value* operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return std::nullopt;
  const auto* list = operations->if_array();
  if (list == nullptr || (!holds(*list, "verify") && !holds(*list, "sign")))
    return JwkError{.message = "\"key_ops\" holds neither \"verify\" nor \"sign\"", .other_purpose = true};
  return std::nullopt;
}

std::optional<Algorithm> algorithm_of_curve(std::string_view curve) {
  if (curve == "P-256") return Algorithm::ES256;
  if (curve == "P-384") return Algorithm::ES384;
  if (curve == "P-521") return Algorithm::ES512;
  if (curve == "Ed25519") return Algorithm::EdDSA;
  return std::nullopt;
}

struct Kind {
  std::string kty;
  std::optional<Algorithm> implied;  // by the curve, or for RSA by the caller
};

Result<Kind, JwkError> kind_of(Reader& reader, Algorithm rsa_algorithm) {
  Kind kind{reader.text("kty").value_or(""), std::nullopt};
  if (kind.kty == "RSA") kind.implied = rsa_algorithm;
  if (kind.kty == "EC" || kind.kty == "OKP") {
    kind.implied = algorithm_of_curve(reader.text("crv").value_or(""));
    if (!kind.implied || (*kind.implied == Algorithm::EdDSA) != (kind.kty == "OKP"))
      return refuse("\"crv\" is no curve of an " + kind.kty +
                    " signature key; use P-256, P-384, P-521 or, for OKP, Ed25519");
    return kind;
  }
  if (kind.kty != "RSA" && kind.kty != "oct") return refuse("\"kty\" is not RSA, EC, OKP or oct");
  return kind;
}

bool fits(std::string_view kty, Algorithm algorithm) {
  switch (crypto::family_of(algorithm)) {
    case crypto::KeyFamily::hmac:
      return kty == "oct";
    case crypto::KeyFamily::rsa:
      return kty == "RSA";
    case crypto::KeyFamily::ec:
      return kty == "EC";
    case crypto::KeyFamily::ed25519:
      return kty == "OKP";
  }
  return false;
}

Result<Algorithm, JwkError> algorithm_of(Reader& reader, const Kind& kind) {
  const auto name = reader.text("alg");
  if (!name) {
    if (kind.implied) return *kind.implied;
    return refuse("\"alg\" is missing, and an oct key could be for several");
  }
  // A slip that is met in the wild: the curve is P-521, the algorithm ES512.
  auto algorithm = crypto::algorithm_named(*name == "ES521" ? "ES512" : *name);
  // RFC 9864 §2.2 gives EdDSA over Ed25519 a name of its own. Tokens say EdDSA.
  if (*name == "Ed25519") algorithm = Algorithm::EdDSA;
  if (!algorithm) return refuse("\"alg\" is no signature algorithm that this gateway knows");
  const bool of_curve = crypto::family_of(*algorithm) == crypto::KeyFamily::ec;
  if (!fits(kind.kty, *algorithm) || (of_curve && algorithm != kind.implied))
    return refuse("\"alg\" does not fit \"kty\" and \"crv\"");
  return *algorithm;
}

Result<Key::Pointer, JwkError> finish(const Reader& reader, Result<Key::Pointer, crypto::KeyError> key) {
  if (reader.error()) return std::unexpected(*reader.error());
  if (!key) return refuse(key.error().message);
  return *std::move(key);
}

Result<Key::Pointer, JwkError> read_rsa(Reader& reader, Algorithm algorithm) {
  const crypto::RsaComponents rsa{reader.bytes("n"),  reader.bytes("e"),   reader.secret("d"),  reader.secret("p"),
                                  reader.secret("q"), reader.secret("dp"), reader.secret("dq"), reader.secret("qi")};
  const int given = !rsa.p.empty() + !rsa.q.empty() + !rsa.dp.empty() + !rsa.dq.empty() + !rsa.qi.empty();
  // RFC 7518 §6.3.2: all five with `d`, or none.
  if (given != 0 && (given != 5 || rsa.d.empty()))
    return refuse("a private RSA key has only some of d, p, q, dp, dq and qi");
  return finish(reader, Key::from_components(algorithm, rsa));
}

Result<Key::Pointer, JwkError> read_key(Reader& reader, const Kind& kind, Algorithm algorithm) {
  if (kind.kty == "RSA") return read_rsa(reader, algorithm);
  if (kind.kty == "oct") {
    const Secret secret{reader.bytes("k")};
    return finish(reader, Key::from_secret(algorithm, secret.reveal()));
  }
  if (kind.kty == "EC") {
    const crypto::EcComponents ec{reader.bytes("x"), reader.bytes("y"), reader.secret("d")};
    return finish(reader, Key::from_components(algorithm, ec));
  }
  const crypto::Ed25519Components okp{reader.bytes("x"), reader.secret("d")};
  return finish(reader, Key::from_components(algorithm, okp));
}

bool is_secret(const NamedKey& key) { return crypto::family_of(key.key->algorithm()) == crypto::KeyFamily::hmac; }

/// Keys for another purpose may share a name with ours; two signature keys may not, even when one of them is
/// too damaged to use: nobody can say which was meant.
bool has_duplicate_kid(const json::array& keys) {
  std::set<std::string_view> kids;
  for (const json::value& element : keys) {
    const auto* jwk = element.if_object();
    if (jwk == nullptr || check_purpose(*jwk)) continue;
    const json::value* kid = jwk->if_contains("kid");
    const auto* text = kid != nullptr ? kid->if_string() : nullptr;
    if (text != nullptr && !text->empty() && !kids.emplace(text->data(), text->size()).second) return true;
  }
  return false;
}

bool names_no_rsa_algorithm(const json::object& jwk) {
  const json::value* kty = jwk.if_contains("kty");
  return kty != nullptr && *kty == json::value("RSA") && !jwk.contains("alg");
}

void add_key(const json::value& element, std::size_t number, std::span<const Algorithm> rsa_algorithms, JwkSet& set) {
  const auto* jwk = element.if_object();
  const bool for_several = jwk != nullptr && names_no_rsa_algorithm(*jwk);
  for (const Algorithm algorithm : for_several ? rsa_algorithms : std::span{usual_rsa_algorithm}) {
    auto key = jwk != nullptr ? parse_jwk(*jwk, algorithm) : refuse("a key is not a JSON object");
    if (!key) {
      key.error().number = number;
      set.skipped.push_back(std::move(key.error()));
      return;
    }
    set.keys.push_back(*std::move(key));
  }
}

}  // namespace

Result<NamedKey, JwkError> parse_jwk(const json::object& jwk, Algorithm rsa_algorithm) {
  if (auto wrong = check_purpose(jwk)) return std::unexpected(*std::move(wrong));
  Reader reader{jwk};
  NamedKey named{reader.text("kid").value_or(""), nullptr};
  const auto kind = kind_of(reader, rsa_algorithm);
  if (!kind) return std::unexpected(kind.error());
  const auto algorithm = algorithm_of(reader, *kind);
  if (!algorithm) return std::unexpected(algorithm.error());
  auto key = read_key(reader, *kind, *algorithm);
  if (!key) return std::unexpected(key.error());
  named.key = *std::move(key);
  return named;
}

Result<JwkSet, JwkError> parse_jwk_set(std::string_view text, std::span<const Algorithm> rsa_algorithms) {
  if (text.size() > max_set_bytes) return refuse("the key set is larger than 256 KiB");
  const auto members = parse_strict_object(text);
  if (!members) return refuse("the key set is not a JSON object, or has a member twice");
  const json::value* list = members->if_contains("keys");
  if (list == nullptr || !list->is_array()) return refuse("the key set has no list \"keys\"");
  if (list->get_array().size() > max_keys) return refuse("the key set has more than 64 keys");
  JwkSet set;
  for (std::size_t i = 0; i < list->get_array().size(); ++i) add_key(list->get_array()[i], i + 1, rsa_algorithms, set);
  if (has_duplicate_kid(list->get_array())) return refuse("two keys of the set have the same \"kid\"");
  const auto secrets = std::ranges::count_if(set.keys, is_secret);
  if (secrets != 0 && static_cast<std::size_t>(secrets) != set.keys.size())
    return refuse("the key set holds secrets beside public keys");
  return set;
}

}  // namespace bearward::token
