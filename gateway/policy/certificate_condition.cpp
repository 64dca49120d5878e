#include "policy/certificate_condition.h"

#include <algorithm>

namespace bearward::policy {
namespace {

using Texts = std::vector<std::string>;

bool has(const Texts& wanted, const std::string& text) {
  return wanted.empty() || std::ranges::find(wanted, text) != wanted.end();
}

bool has_one(const Texts& wanted, const Texts& texts) {
  return wanted.empty() || std::ranges::any_of(texts, [&](const std::string& each) { return has(wanted, each); });
}

void append(std::string& all, std::string_view name, const std::string& text) {
  if (text.empty()) return;
  if (!all.empty()) all += ", ";
  all.append(name).append(" ").append(text);
}

void append(std::string& all, std::string_view name, const Texts& texts) {
  for (const std::string& text : texts) append(all, name, text);
}

}  // namespace

bool is_wanted(const config::WantedCertificate& wanted, const crypto::ClientCertificate& certificate) {
  return has(wanted.subjects, certificate.subject) && has(wanted.issuers, certificate.issuer) &&
         has_one(wanted.dns, certificate.dns) && has_one(wanted.email, certificate.email) &&
         has_one(wanted.uri, certificate.uri) && has(wanted.fingerprints, certificate.fingerprint);
}

std::string to_string(const config::WantedCertificate& wanted) {
  std::string text;
  for (const auto& [name, texts] : wanted.named()) append(text, name, *texts);
  return text.empty() ? "any" : text;
}

std::string to_string(const crypto::ClientCertificate& certificate) {
  std::string text;
  append(text, "subject", certificate.subject);
  append(text, "issuer", certificate.issuer);
  append(text, "dns", certificate.dns);
  append(text, "email", certificate.email);
  append(text, "uri", certificate.uri);
  append(text, "fingerprint", certificate.fingerprint);
  return text.empty() ? "one without a name" : text;
}

}  // namespace bearward::policy
