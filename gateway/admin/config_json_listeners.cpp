#include "admin/config_json_sections.h"
#include "config/quantity.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;

std::string_view to_string(config::TlsVersion version) { return version == config::TlsVersion::tls1_3 ? "1.3" : "1.2"; }

json::object to_json(const config::Certificate& certificate) {
  json::object shown{{"certificate", certificate.certificate}, {"private_key", certificate.private_key}};
  add_text(shown, "ocsp_staple", certificate.ocsp_staple);
  return shown;
}

json::value to_json(const config::SessionTickets& tickets) {
  if (!tickets.on) return false;
  json::object shown;
  add_texts(shown, "keys", tickets.keys);
  shown["lifetime"] = config::format_duration(tickets.lifetime);
  return shown;
}

json::object to_json(const config::ClientCertificates& certificates) {
  json::object shown{{"ca", certificates.authorities}, {"mode", certificates.required ? "required" : "optional"}};
  add_text(shown, "crl", certificates.revocations);
  return shown;
}

json::object to_json(const config::ListenerTls& tls) {
  json::array certificates;
  for (const config::Certificate& each : tls.certificates) certificates.push_back(to_json(each));
  json::object shown{{"certificates", std::move(certificates)},
                     {"min_version", to_string(tls.min_version)},
                     {"max_version", to_string(tls.max_version)}};
  add_text(shown, "ciphers", tls.ciphers);
  add_text(shown, "ciphersuites", tls.ciphersuites);
  add_text(shown, "groups", tls.groups);
  shown["strict_sni"] = tls.strict_sni;
  shown["session_tickets"] = to_json(tls.session_tickets);
  if (!tls.client_certificates.authorities.empty()) shown["client_certificates"] = to_json(tls.client_certificates);
  return shown;
}

json::object to_json(const config::Listener& listener) {
  json::object shown{{"name", listener.name}, {"address", host_and_port(listener.address.host, listener.address.port)}};
  if (listener.tls) shown["tls"] = to_json(*listener.tls);
  shown["proxy_protocol"] = listener.proxy_protocol;
  if (!listener.proxy_protocol_from.empty()) shown["proxy_protocol_from"] = networks_json(listener.proxy_protocol_from);
  return shown;
}

}  // namespace

json::array listeners_json(const std::vector<config::Listener>& listeners) {
  json::array section;
  for (const config::Listener& each : listeners) section.push_back(to_json(each));
  return section;
}

}  // namespace bearward::admin
