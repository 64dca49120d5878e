#include "snapshot/build_snapshot.h"

#include <algorithm>

#include "crypto/hash.h"
#include "policy/compile_routes.h"
#include "snapshot/build_listener_tls.h"

namespace bearward::snapshot {
namespace {

std::string fingerprint_of(std::initializer_list<std::string_view> parts) {
  std::string result;
  for (const std::string_view part : parts) {
    for (const unsigned char octet : crypto::sha256(part)) result += static_cast<char>(octet);
  }
  return result;
}

/// Null where no target is https://, and where there is a mistake, which is then among the diagnostics.
std::shared_ptr<const upstream::ClientTls> build_client_tls(const config::Upstream& settings, const ReadFile& read_file,
                                                            config::Diagnostics& diagnostics) {
  if (std::ranges::none_of(settings.targets, &config::Target::tls)) return nullptr;
  const config::UpstreamTls& tls = settings.tls;
  const auto read = [&](const std::string& path, std::string_view what) {
    return path.empty() ? std::string{} : read_named_file(path, what, read_file, tls.place, diagnostics);
  };
  const std::string authorities = read(tls.authorities, "authorities");
  const std::string chain = read(tls.certificate, "certificate");
  Secret key(read(tls.private_key, "private key"));
  const auto is_missing = [](const std::string& path, std::string_view content) {
    return !path.empty() && content.empty();  // empty would mean another thing
  };
  if (is_missing(tls.authorities, authorities) || is_missing(tls.certificate, chain) ||
      is_missing(tls.private_key, key.reveal()))
    return nullptr;
  const std::string fingerprint =
      fingerprint_of({authorities, chain, key.reveal(), tls.server_name, tls.verify ? "v" : ""});
  crypto::ClientTlsSettings wanted{.authorities = authorities, .verify = tls.verify, .certificate = {}};
  if (!chain.empty()) wanted.certificate = crypto::CertificateAndKey{chain, std::move(key)};
  auto context = crypto::ClientTlsContext::make(wanted);
  if (context) return std::make_shared<upstream::ClientTls>(std::move(*context), tls.server_name, fingerprint);
  const bool is_about_tls = !tls.place.file.empty();
  diagnostics.error(is_about_tls ? tls.place : settings.place, context.error());
  return nullptr;
}

}  // namespace

std::shared_ptr<Snapshot> build_snapshot(config::Config config, const ReadFile& read_file,
                                         config::Diagnostics& diagnostics) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->routes = policy::RouteTable::compile(policy::compile_routes(config, diagnostics), diagnostics);
  snapshot->keys = token::build_key_set(config.tokens, diagnostics);
  for (const config::Listener& listener : config.listeners) {
    snapshot->tls.push_back(build_listener_tls(listener, read_file, diagnostics));
  }
  for (const config::Upstream& each : config.upstreams) {
    const auto tls = build_client_tls(each, read_file, diagnostics);
    snapshot->upstreams.push_back(std::make_shared<upstream::Group>(each, tls));
  }
  if (diagnostics.has_errors() || !snapshot->keys) return nullptr;
  if (!config.tokens.signing_keys.empty()) {
    snapshot->token_issuer = std::make_shared<token::TokenIssuer>(snapshot->keys, config.tokens);
  }
  snapshot->clients = oauth::ClientRegistry(config.clients);
  const auto asserts = [](const policy::Route& route) { return route.assertion.has_value(); };
  if (std::ranges::any_of(snapshot->routes.routes(), asserts)) {
    snapshot->assertion_signer = token::make_assertion_signer(*snapshot->keys, config.tokens.issuer);
  }
  if (config.cors) snapshot->cors = std::make_shared<const policy::Cors>(*config.cors);
  snapshot->config = std::move(config);
  return snapshot;
}

}  // namespace bearward::snapshot
