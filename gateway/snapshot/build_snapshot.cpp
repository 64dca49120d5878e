#include "snapshot/build_snapshot.h"

#include <algorithm>

#include "policy/compile_routes.h"

namespace bearward::snapshot {
namespace {

std::string read_pem(const std::string& path, std::string_view what, const ReadFile& read_file,
                     const config::Place& place, config::Diagnostics& diagnostics) {
  Result<std::string> text = read_file(path);
  if (text && !text->empty()) return std::move(*text);
  diagnostics.error(place, "cannot read " + std::string(what) + " " + path + ": " +
                               (text ? "the file is empty" : text.error().message()));
  return {};
}

std::shared_ptr<const crypto::TlsContext> build_tls(const config::Listener& listener, const ReadFile& read_file,
                                                    config::Diagnostics& diagnostics) {
  if (!listener.tls) return nullptr;
  std::vector<crypto::ServerCertificate> certificates;
  for (const config::Certificate& each : listener.tls->certificates) {
    std::string chain = read_pem(each.certificate, "certificate", read_file, each.place, diagnostics);
    std::string key = read_pem(each.private_key, "private key", read_file, each.place, diagnostics);
    if (chain.empty() || key.empty()) continue;
    crypto::ServerCertificate pair{std::move(chain), Secret(std::move(key))};
    // Alone first, so that the message stands at the pair that is wrong.
    if (const auto alone = crypto::TlsContext::server({pair}, false); !alone) {
      diagnostics.error(each.place, alone.error());
      continue;
    }
    certificates.push_back(std::move(pair));
  }
  if (certificates.size() != listener.tls->certificates.size()) return nullptr;
  auto context = crypto::TlsContext::server(certificates, listener.tls->min_version == config::TlsVersion::tls1_3);
  if (context) return *context;
  diagnostics.error(listener.address.place, context.error());  // never without: null would serve in clear text
  return nullptr;
}

}  // namespace

std::shared_ptr<Snapshot> build_snapshot(config::Config config, const ReadFile& read_file,
                                         config::Diagnostics& diagnostics) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->routes = policy::RouteTable::compile(policy::compile_routes(config, diagnostics), diagnostics);
  snapshot->keys = token::build_key_set(config.tokens, diagnostics);
  for (const config::Listener& listener : config.listeners) {
    snapshot->tls.push_back(build_tls(listener, read_file, diagnostics));
  }
  if (diagnostics.has_errors() || !snapshot->keys) return nullptr;
  if (!config.tokens.signing_keys.empty()) {
    snapshot->token_issuer = std::make_shared<token::TokenIssuer>(snapshot->keys, config.tokens);
  }
  snapshot->clients = oauth::ClientRegistry(config.clients);
  for (const config::Upstream& each : config.upstreams) {
    snapshot->upstreams.push_back(std::make_shared<upstream::Group>(each));
  }
  const auto asserts = [](const policy::Route& route) { return route.assertion.has_value(); };
  if (std::ranges::any_of(snapshot->routes.routes(), asserts)) {
    snapshot->assertion_signer = token::make_assertion_signer(*snapshot->keys, config.tokens.issuer);
  }
  if (config.cors) snapshot->cors = std::make_shared<const policy::Cors>(*config.cors);
  snapshot->config = std::move(config);
  return snapshot;
}

}  // namespace bearward::snapshot
