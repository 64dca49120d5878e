#include "snapshot/build_listener_tls.h"

#include <algorithm>

#include "crypto/certificate_review.h"

namespace bearward::snapshot {
namespace {

class Builder {
 public:
  Builder(const config::ListenerTls& tls, const ReadFile& read_file, config::Diagnostics& diagnostics)
      : tls_(tls), read_file_(read_file), diagnostics_(diagnostics) {}

  std::shared_ptr<const crypto::TlsContext> build() {
    const std::size_t before = diagnostics_.errors();
    crypto::ServerTls settings{.certificates = certificates(),
                               .at_least_1_3 = tls_.min_version == config::TlsVersion::tls1_3,
                               .at_most_1_2 = tls_.max_version == config::TlsVersion::tls1_2,
                               .ciphers = tls_.ciphers,
                               .ciphersuites = tls_.ciphersuites,
                               .groups = tls_.groups,
                               .strict_sni = tls_.strict_sni,
                               .tickets = tickets(),
                               .client_certificates = client_certificates()};
    if (diagnostics_.errors() != before) return nullptr;
    auto context = crypto::TlsContext::server(settings);
    if (context) return *context;
    diagnostics_.error(tls_.place, context.error());  // never without: null would serve in clear text
    return nullptr;
  }

 private:
  std::string read(const std::string& path, std::string_view what, const config::Place& place) {
    return read_named_file(path, what, read_file_, place, diagnostics_);
  }

  std::vector<crypto::ServerCertificate> certificates() {
    std::vector<crypto::ServerCertificate> certificates;
    for (const config::Certificate& each : tls_.certificates) {
      std::string chain = read(each.certificate, "certificate", each.place);
      std::string key = read(each.private_key, "private key", each.place);
      if (chain.empty() || key.empty()) continue;
      std::string staple = each.ocsp_staple.empty() ? "" : read(each.ocsp_staple, "OCSP staple", each.place);
      crypto::ServerCertificate pair{std::move(chain), Secret(std::move(key)), std::move(staple)};
      // Alone first, so that the message stands at the pair that is wrong.
      if (const auto alone = crypto::TlsContext::server({.certificates = {pair}}); !alone) {
        diagnostics_.error(each.place, alone.error());
      }
      for (std::string& warning : crypto::review_certificate(pair, unix_now()))
        diagnostics_.warning(each.place, std::move(warning));
      certificates.push_back(std::move(pair));
    }
    return certificates;
  }

  crypto::ClientCertificateRules client_certificates() {
    const config::ClientCertificates& wanted = tls_.client_certificates;
    crypto::ClientCertificateRules rules{.required = wanted.required};
    if (!wanted.authorities.empty()) rules.authorities = read(wanted.authorities, "authorities", wanted.place);
    if (!wanted.revocations.empty()) rules.revocations = read(wanted.revocations, "revocations", wanted.place);
    return rules;
  }

  crypto::SessionTickets tickets() {
    const config::SessionTickets& wanted = tls_.session_tickets;
    crypto::SessionTickets tickets{.keys = nullptr, .lifetime = wanted.lifetime};
    if (!wanted.on) return tickets;
    if (wanted.keys.empty()) {
      tickets.keys = crypto::ticket_keys_of_process();
      return tickets;
    }
    std::vector<Secret> files;
    for (const std::string& path : wanted.keys) files.emplace_back(read(path, "session ticket key", wanted.place));
    if (std::ranges::any_of(files, &Secret::empty)) return tickets;
    auto keys = crypto::given_ticket_keys(files);
    if (keys) {
      tickets.keys = std::move(*keys);
    } else {
      diagnostics_.error(wanted.place,
                         "session ticket key " + wanted.keys[keys.error().index] + ": " + keys.error().problem);
    }
    return tickets;
  }

  const config::ListenerTls& tls_;
  const ReadFile& read_file_;
  config::Diagnostics& diagnostics_;
};

}  // namespace

std::shared_ptr<const crypto::TlsContext> build_listener_tls(const config::Listener& listener,
                                                             const ReadFile& read_file,
                                                             config::Diagnostics& diagnostics) {
  return listener.tls ? Builder(*listener.tls, read_file, diagnostics).build() : nullptr;
}

}  // namespace bearward::snapshot
