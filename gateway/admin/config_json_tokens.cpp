#include "admin/config_json_sections.h"
#include "admin/config_masks.h"
#include "config/quantity.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;
using config::format_duration;

std::string_view to_string(config::CertificateBound bound) {
  switch (bound) {
    case config::CertificateBound::optional:
      return "optional";
    case config::CertificateBound::required:
      return "required";
    case config::CertificateBound::never:
      break;
  }
  return "never";
}

json::object to_json(const config::SigningKey& key) {
  json::object shown{{"kid", key.kid}, {"algorithm", key.algorithm}};
  if (!key.secret.empty()) shown["secret"] = masked;
  add_text(shown, "private_key", key.private_key);  // the path, never what is in the file
  return shown;
}

json::object to_json(const config::TrustedIssuer& issuer) {
  json::object shown{
      {"issuer", issuer.issuer},
      {"jwks", issuer.jwks_file.empty() ? without_query(issuer.jwks_url.text) : "file:" + issuer.jwks_file},
      {"algorithms", texts_json(issuer.algorithms)}};
  add_texts(shown, "audience", issuer.audiences);
  shown["username_claim"] = issuer.username_claim;
  add_text(shown, "roles_claim", issuer.roles_claim);
  add_text(shown, "username_prefix", issuer.username_prefix);
  shown["require_user"] = issuer.require_user;
  add_text(shown, "ca", issuer.ca_file);
  return shown;
}

}  // namespace

json::object tokens_json(const config::Tokens& tokens) {
  json::object section;
  add_text(section, "issuer", tokens.issuer);
  add_text(section, "audience", tokens.audience);
  section["access_ttl"] = format_duration(tokens.access_ttl);
  section["refresh_ttl"] = format_duration(tokens.refresh_ttl);
  section["refresh_grace"] = format_duration(tokens.refresh_grace);
  section["leeway"] = format_duration(tokens.leeway);
  section["certificate_bound"] = to_string(tokens.certificate_bound);
  json::array keys;
  for (const config::SigningKey& each : tokens.signing_keys) keys.push_back(to_json(each));
  if (!keys.empty()) section["signing_keys"] = std::move(keys);
  json::array issuers;
  for (const config::TrustedIssuer& each : tokens.trusted_issuers) issuers.push_back(to_json(each));
  section["trusted_issuers"] = std::move(issuers);
  return section;
}

}  // namespace bearward::admin
