#include "config/client_certificate.h"

#include <algorithm>

#include "base/base64url.h"
#include "config/sections.h"
#include "crypto/server_name.h"

namespace bearward::config {
namespace {

constexpr std::string_view names_form = "a text, or a list of them";

constexpr Key wanted_keys[] = {
    {.name = "required", .kind = Kind::boolean, .description = "true, alone: any certificate that the listener takes"},
    {.name = "subject",
     .kind = Kind::list,
     .form = names_form,
     .description = "its subject is one of these, as RFC 4514 writes it: \"CN=billing,O=Example\""},
    {.name = "issuer", .kind = Kind::list, .form = names_form, .description = "so is its issuer"},
    {.name = "dns", .kind = Kind::list, .form = names_form, .description = "it has one of these DNS names (SAN)"},
    {.name = "email",
     .kind = Kind::list,
     .form = names_form,
     .description = "it has one of these mail addresses (SAN)"},
    {.name = "uri", .kind = Kind::list, .form = names_form, .description = "it has one of these URIs (SAN)"},
    {.name = "fingerprint",
     .kind = Kind::list,
     .form = "64 hexadecimal digits, with or without colons, or a list of them",
     .description = "the SHA-256 of the whole certificate is one of these"},
};

/// As `openssl x509 -fingerprint -sha256` prints it, or without the colons; empty for anything else.
std::string fingerprint_of(std::string_view text) {
  std::string digits = crypto::lower(text);
  std::erase(digits, ':');
  const bool good = digits.size() == 64 && digits.find_first_not_of("0123456789abcdef") == std::string::npos;
  return good ? digits : std::string{};
}

std::vector<std::string> read_names(const Map& map, std::string_view name) {
  std::vector<std::string> names;
  const auto value = map.find(name);
  const auto items = value ? value->one_or_more(map.key(name).form) : std::nullopt;
  if (!items) return names;
  for (const Value& item : *items) {
    auto text = item.text(map.key(name).form);
    if (text) names.push_back(std::move(*text));
  }
  return names;
}

void read_fingerprints(const Map& map, std::vector<std::string>& fingerprints) {
  for (const std::string& text : read_names(map, "fingerprint")) {
    fingerprints.push_back(fingerprint_of(text));
    if (fingerprints.back().empty()) map.find("fingerprint")->expected(map.key("fingerprint").form);
  }
}

std::vector<std::string> texts_of(const boost::json::value& value) {
  std::vector<std::string> texts;
  if (value.is_string()) return {std::string{value.get_string()}};
  if (!value.is_array()) return {};
  for (const boost::json::value& each : value.get_array()) {
    if (!each.is_string()) return {};
    texts.emplace_back(each.get_string());
  }
  return texts;
}

}  // namespace

constinit const Section client_certificate_section{"routes[].access.client_certificate", wanted_keys};

std::vector<std::pair<std::string_view, const std::vector<std::string>*>> WantedCertificate::named() const {
  return {{"subject", &subjects}, {"issuer", &issuers}, {"dns", &dns},
          {"email", &email},      {"uri", &uri},        {"fingerprint", &fingerprints}};
}

std::optional<WantedCertificate> read_wanted_certificate(const Value& value) {
  const auto map = value.map(client_certificate_section);
  if (!map) return std::nullopt;
  const std::size_t before = value.diagnostics().errors();
  WantedCertificate wanted{.subjects = read_names(*map, "subject"),
                           .issuers = read_names(*map, "issuer"),
                           .dns = read_names(*map, "dns"),
                           .email = read_names(*map, "email"),
                           .uri = read_names(*map, "uri"),
                           .fingerprints = {}};
  read_fingerprints(*map, wanted.fingerprints);
  std::ranges::transform(wanted.dns, wanted.dns.begin(), crypto::lower);
  const bool names_any = std::ranges::any_of(wanted.named(), [](const auto& each) { return !each.second->empty(); });
  bool any_will_do = false;
  map->read("required", any_will_do);
  if (value.diagnostics().errors() != before) return std::nullopt;
  if (names_any == any_will_do) {
    value.error(names_any
                    ? "found required beside what the certificate has to be, expected one of both"
                    : "found nothing that the certificate has to be, expected subject, issuer, dns, email, uri or "
                      "fingerprint, or required: true");
    return std::nullopt;
  }
  return wanted;
}

Result<crypto::ClientCertificate, std::string> certificate_from_json(const boost::json::object& members) {
  crypto::ClientCertificate certificate;
  for (const auto& member : members) {
    const std::string_view name = member.key();
    std::vector<std::string> texts = texts_of(member.value());
    if (texts.empty()) return std::unexpected("found no text for " + std::string(name) + ", expected one");
    std::vector<std::string>* const list = name == "dns"     ? &certificate.dns
                                           : name == "email" ? &certificate.email
                                           : name == "uri"   ? &certificate.uri
                                                             : nullptr;
    std::string* const text = name == "subject"       ? &certificate.subject
                              : name == "issuer"      ? &certificate.issuer
                              : name == "serial"      ? &certificate.serial
                              : name == "fingerprint" ? &certificate.fingerprint
                                                      : nullptr;
    if (list != nullptr) {
      *list = std::move(texts);
    } else if (text != nullptr && texts.size() == 1) {
      *text = std::move(texts.front());
    } else {
      return std::unexpected("found " + std::string(name) +
                             ", expected subject, issuer, serial or fingerprint with one text, dns, email or uri");
    }
  }
  std::ranges::transform(certificate.dns, certificate.dns.begin(), crypto::lower);
  if (certificate.fingerprint.empty()) return certificate;
  certificate.fingerprint = fingerprint_of(certificate.fingerprint);
  if (certificate.fingerprint.empty()) return std::unexpected(std::string("fingerprint has 64 hexadecimal digits"));
  std::string octets;
  for (std::size_t i = 0; i < 64; i += 2)
    octets += static_cast<char>(std::stoi(certificate.fingerprint.substr(i, 2), nullptr, 16));
  certificate.thumbprint = base64url_encode(octets);
  return certificate;
}

}  // namespace bearward::config
