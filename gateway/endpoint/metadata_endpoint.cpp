#include "endpoint/metadata_endpoint.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "config/url.h"
#include "endpoint/published_document.h"

namespace bearward::endpoint {
namespace {

namespace json = boost::json;
using config::Config;
using config::Endpoint;
using config::GrantType;

constexpr int max_age_seconds = 300;

/// The issuer without its path: the gateway answers on paths of its own. config/validate made sure of the form.
std::string origin_of(std::string_view issuer) {
  const std::size_t authority = issuer.find("://") + 3;
  return std::string{issuer.substr(0, std::min(issuer.find('/', authority), issuer.size()))};
}

class Metadata {
 public:
  explicit Metadata(const Config& config) : config_(config), origin_(origin_of(config.tokens.issuer)) {}

  json::object write() {
    members_["issuer"] = config_.tokens.issuer;
    const json::array methods = client_methods();
    if (add_url("token_endpoint", Endpoint::token)) {
      members_["grant_types_supported"] = grants();
      members_["token_endpoint_auth_methods_supported"] = methods;
    }
    if (config_.tokens.certificate_bound != config::CertificateBound::never)
      members_["tls_client_certificate_bound_access_tokens"] = true;  // RFC 8705 §3.3
    if (add_url("revocation_endpoint", Endpoint::revoke))
      members_["revocation_endpoint_auth_methods_supported"] = methods;
    if (add_url("introspection_endpoint", Endpoint::introspect))
      members_["introspection_endpoint_auth_methods_supported"] =
          json::array{"client_secret_basic", "client_secret_post"};
    add_url("jwks_uri", Endpoint::jwks);
    add_url("service_documentation", Endpoint::docs);
    // Required by RFC 8414 §2, and there is no authorization endpoint that would answer with any.
    members_["response_types_supported"] = json::array{};
    if (const json::array scopes = scopes_granted(); !scopes.empty()) members_["scopes_supported"] = scopes;
    return std::move(members_);
  }

 private:
  bool add_url(const char* name, Endpoint endpoint) {
    const auto paths = config_.endpoints.paths_of(endpoint);
    if (paths.empty()) return false;
    members_[name] = origin_ + std::string{paths.front()};
    return true;
  }

  json::array client_methods() const {
    json::array methods;
    bool anybody = config_.clients.public_clients;
    bool confidential = false;
    for (const config::RegisteredClient& client : config_.clients.registered) {
      anybody = anybody || client.is_public;
      confidential = confidential || !client.is_public;
    }
    if (confidential) methods = {"client_secret_basic", "client_secret_post"};
    if (anybody) methods.emplace_back("none");
    return methods;
  }

  json::array grants() const {
    std::set<GrantType> granted;
    if (config_.clients.public_clients) granted = {GrantType::password, GrantType::refresh_token};
    for (const config::RegisteredClient& client : config_.clients.registered)
      granted.insert(client.grants.begin(), client.grants.end());
    if (config_.tokens.refresh_ttl == config_.tokens.refresh_ttl.zero()) granted.erase(GrantType::refresh_token);
    json::array names;
    for (const GrantType each : granted) names.emplace_back(name_of(each));
    return names;
  }

  static const char* name_of(GrantType grant) {
    switch (grant) {
      case GrantType::password:
        return "password";
      case GrantType::refresh_token:
        return "refresh_token";
      case GrantType::client_credentials:
        break;
    }
    return "client_credentials";
  }

  json::array scopes_granted() const {
    std::set<std::string> scopes;
    for (const config::RegisteredClient& client : config_.clients.registered)
      scopes.insert(client.scopes.begin(), client.scopes.end());
    for (const auto& [role, granted] : config_.users.role_scopes) scopes.insert(granted.begin(), granted.end());
    return json::array(scopes.begin(), scopes.end());  // braces would make a list of two
  }

  const Config& config_;
  std::string origin_;
  json::object members_;
};

}  // namespace

http::Response answer_metadata(const http::RequestHead& head, const snapshot::Snapshot& snapshot) {
  return publish_document(head, "application/json", json::serialize(Metadata{snapshot.config}.write()),
                          max_age_seconds);
}

}  // namespace bearward::endpoint
