#include "config/listener_tls.h"

#include "config/sections.h"

namespace bearward::config {
namespace {

constexpr std::string_view tls_versions[] = {"1.2", "1.3"};  // in the order of TlsVersion
constexpr std::string_view key_file_form = "the path of a file with 48 or 80 octets";
constexpr std::string_view certificate_modes[] = {"optional", "required"};
constexpr std::int64_t seconds = 1'000;

constexpr Key tls_keys[] = {
    {.name = "certificates",
     .kind = Kind::list,
     .form = "a list of {certificate, private_key}",
     .required = true,
     .description = "the name that the client asks for (SNI) picks one; the first is the default"},
    {.name = "min_version",
     .kind = Kind::choice,
     .choices = tls_versions,
     .otherwise = "\"1.2\"",
     .description = "the lowest TLS version that is accepted"},
    {.name = "max_version",
     .kind = Kind::choice,
     .choices = tls_versions,
     .otherwise = "\"1.3\"",
     .description = "the highest; only for clients that a newer one breaks"},
    {.name = "ciphers",
     .form = "a cipher list of OpenSSL, such as ECDHE+AESGCM",
     .otherwise = "ECDHE with AES-GCM or ChaCha20-Poly1305",
     .description = "the cipher suites of TLS 1.2, the preferred first"},
    {.name = "ciphersuites",
     .form = "names such as TLS_AES_256_GCM_SHA384, joined by colons",
     .otherwise = "AES-GCM and ChaCha20-Poly1305",
     .description = "the cipher suites of TLS 1.3, the preferred first"},
    {.name = "groups",
     .form = "names such as X25519 or P-256, joined by colons",
     .otherwise = "X25519:P-256:P-384",
     .description = "the groups of key exchange, the preferred first"},
    {.name = "strict_sni",
     .kind = Kind::boolean,
     .otherwise = "false",
     .description = "true: a client that asks for a name of no certificate, or for none, is refused"},
    {.name = "session_tickets",
     .kind = Kind::map,
     .form = "false, or a map with keys or lifetime",
     .otherwise = "keys of the process, which change every 12h",
     .description = "how clients resume sessions without a whole handshake; `false`: they do not"},
    {.name = "client_certificates",
     .kind = Kind::map,
     .form = "a map with ca, mode or crl",
     .otherwise = "none are asked for",
     .description = "clients show a certificate; what it says can be asked for in `access` and told to upstreams"},
};

constexpr Key certificate_keys[] = {
    {.name = "certificate",
     .form = "the path of a PEM file",
     .required = true,
     .description = "the chain, the server's own certificate first"},
    {.name = "private_key", .form = "the path of a PEM file", .required = true, .description = "its private key"},
    {.name = "ocsp_staple",
     .form = "the path of a file with an OCSP response in DER",
     .otherwise = "none is sent",
     .description = "sent to clients that ask for one, until it expires; whoever fetches it writes the file anew"},
};

constexpr Key session_ticket_keys[] = {
    {.name = "keys",
     .kind = Kind::list,
     .form = "the path of a file with 48 or 80 octets, or a list of them",
     .otherwise = "keys of the process",
     .description = "shared by nodes: the first seals new tickets, all open them; nginx has the same files"},
    {.name = "lifetime",
     .kind = Kind::duration,
     .least = 60 * seconds,
     .most = 24 * 60 * 60 * seconds,
     .otherwise = "2h",
     .description = "how long a session can be resumed"},
};

constexpr Key client_certificate_keys[] = {
    {.name = "ca",
     .form = "the path of a PEM file",
     .required = true,
     .description = "the authorities that sign clients' certificates"},
    {.name = "mode",
     .kind = Kind::choice,
     .choices = certificate_modes,
     .otherwise = "required",
     .description = "`optional`: a client without one is served as nobody; a bad one is refused in either"},
    {.name = "crl",
     .form = "the path of a PEM file",
     .otherwise = "nothing is looked up",
     .description = "lists of revoked certificates, one of each authority; one that is out of date refuses all"},
};

std::optional<Certificate> read_certificate(const Value& value) {
  const auto map = value.map(certificate_section);
  if (!map) return std::nullopt;
  Certificate certificate;
  certificate.place = value.place();
  map->read_path("certificate", certificate.certificate);
  map->read_path("private_key", certificate.private_key);
  map->read_path("ocsp_staple", certificate.ocsp_staple);
  if (certificate.certificate.empty() || certificate.private_key.empty()) return std::nullopt;
  return certificate;
}

void read_certificates(const Map& map, ListenerTls& tls) {
  const auto list = map.find("certificates");
  const auto items = list ? list->list(expectation(map.key("certificates"))) : std::nullopt;
  if (!items) return;
  for (const Value& item : *items) {
    if (auto certificate = read_certificate(item)) tls.certificates.push_back(std::move(*certificate));
  }
}

void read_versions(const Map& map, ListenerTls& tls) {
  map.read_choice("min_version", tls.min_version);
  map.read_choice("max_version", tls.max_version);
  if (tls.max_version >= tls.min_version) return;
  map.value().error("found a max_version below min_version, expected it no lower; take one of them out");
}

void read_session_tickets(const Value& value, const Key& key, SessionTickets& tickets) {
  tickets.place = value.place();
  if (value.node().kind == YamlNode::Kind::scalar) {
    const auto text = value.text(key.form);
    if (text && *text == "false") {
      tickets.on = false;
    } else if (text) {
      value.expected(key.form);
    }
    return;
  }
  const auto map = value.map(session_tickets_section);
  if (!map) return;
  map->read("lifetime", tickets.lifetime);
  const auto keys = map->find("keys");
  const auto files = keys ? keys->one_or_more(map->key("keys").form) : std::nullopt;
  if (!files) return;
  for (const Value& file : *files) {
    if (const auto path = file.text(key_file_form)) tickets.keys.push_back(file.resolve(*path));
  }
}

void read_client_certificates(const Value& value, ClientCertificates& certificates) {
  certificates.place = value.place();
  const auto map = value.map(client_certificates_section);
  if (!map) return;
  map->read_path("ca", certificates.authorities);
  map->read_path("crl", certificates.revocations);
  if (const auto mode = map->find("mode")) {
    if (const auto position = mode->choice(map->key("mode"))) certificates.required = *position == 1;
  }
}

}  // namespace

constinit const Section listener_tls_section{"listeners[].tls", tls_keys};
constinit const Section certificate_section{"listeners[].tls.certificates[]", certificate_keys};
constinit const Section session_tickets_section{"listeners[].tls.session_tickets", session_ticket_keys};
constinit const Section client_certificates_section{"listeners[].tls.client_certificates", client_certificate_keys};

ListenerTls read_listener_tls(const Value& value) {
  ListenerTls tls;
  tls.place = value.place();
  const auto map = value.map(listener_tls_section);
  if (!map) return tls;
  read_certificates(*map, tls);
  read_versions(*map, tls);
  map->read("ciphers", tls.ciphers);
  map->read("ciphersuites", tls.ciphersuites);
  map->read("groups", tls.groups);
  map->read("strict_sni", tls.strict_sni);
  if (const auto tickets = map->find("session_tickets"))
    read_session_tickets(*tickets, map->key("session_tickets"), tls.session_tickets);
  if (const auto certificates = map->find("client_certificates"))
    read_client_certificates(*certificates, tls.client_certificates);
  return tls;
}

}  // namespace bearward::config
