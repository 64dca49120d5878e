#include "endpoint/openapi_document.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "endpoint/openapi_schemas.h"

namespace bearward::endpoint {
namespace {

namespace json = boost::json;
using config::Endpoint;

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view json_type = "application/json";

json::object content(std::string_view type, std::string_view schema) {
  return {{type, json::object{{"schema", schema_reference(schema)}}}};
}

json::object body(std::string_view type, std::string_view schema) {
  return {{"required", true}, {"content", content(type, schema)}};
}

/// Writes the operations of one configuration.
class Operations {
 public:
  explicit Operations(const config::Config& config)
      : config_(config), fastapi_(config.compatibility == config::Compatibility::fastapi) {}

  json::object paths() {
    for (const std::string_view path : paths_of(Endpoint::token)) add(path, "post", token());
    for (const std::string_view path : paths_of(Endpoint::sign_up)) add(path, "post", sign_up());
    for (const std::string_view path : paths_of(Endpoint::me)) add(path, "get", me());
    for (const std::string_view path : paths_of(Endpoint::revoke)) add(path, "post", revoke());
    for (const std::string_view path : paths_of(Endpoint::introspect)) add(path, "post", introspect());
    for (const std::string_view path : paths_of(Endpoint::jwks)) add(path, "get", document("jwks", "KeySet"));
    for (const std::string_view path : paths_of(Endpoint::metadata)) add(path, "get", document("metadata", "Metadata"));
    return std::move(paths_);
  }

 private:
  std::vector<std::string_view> paths_of(Endpoint endpoint) const { return config_.endpoints.paths_of(endpoint); }

  /// An operationId may stand once only (OpenAPI 3.1, §4.8.10.1): those of further paths are numbered.
  void add(std::string_view path, std::string_view method, json::object operation) {
    const std::string name(operation.at("operationId").get_string());
    const int number = ++uses_[name];
    if (number > 1) operation["operationId"] = name + std::to_string(number);
    json::value& at = paths_[path];
    if (!at.is_object()) at = json::object{};
    at.get_object()[method] = std::move(operation);
  }

  json::object answer(std::string_view description, std::string_view schema) const {
    return {{"description", description}, {"content", content(json_type, schema)}};
  }
  json::object error(std::string_view description) const {
    return {{"description", description},
            {"content", content(fastapi_ ? json_type : std::string_view("application/problem+json"), "Error")}};
  }
  json::object oauth_error(std::string_view description) const { return answer(description, "OAuthError"); }

  json::object operation(std::string_view name, std::string_view summary, json::object responses) const {
    return {{"operationId", name}, {"summary", summary}, {"responses", std::move(responses)}};
  }

  json::object token() const {
    json::object responses{
        {"200", answer("a token", "Token")},
        {"400", oauth_error("the request is malformed or not granted")},
        {"401", oauth_error(fastapi_ ? "the name or the password is wrong" : "the client is unknown")},
        {"503", oauth_error("it cannot be decided now: Retry-After says when to try again")}};
    if (config_.login_protection)
      responses["429"] = oauth_error("too many logins have failed: Retry-After says when to try again");
    json::object found = operation("token", "Exchange credentials for a token (RFC 6749)", std::move(responses));
    found["requestBody"] = body(form_type, "TokenRequest");
    found["security"] = json::array{json::object{}, json::object{{"client", json::array{}}}};
    return found;
  }

  json::object sign_up() const {
    json::object found = operation("sign_up", "Become a user",
                                   {{fastapi_ ? "200" : "201", answer("the new user", "User")},
                                    {fastapi_ ? "400" : "409", error("the name or the address is taken")},
                                    {"422", error("the user's data break a rule")}});
    found["requestBody"] = body(json_type, "NewUser");
    return found;
  }

  json::object me() const {
    json::object found = operation("me", "Whose token is it?",
                                   {{"200", answer("the user", "User")},
                                    {"401", error("no token, or one that is not valid: WWW-Authenticate says which")}});
    json::array accepted;
    if (!paths_of(Endpoint::token).empty()) accepted.push_back(json::object{{"password", json::array{}}});
    accepted.push_back(json::object{{"bearer", json::array{}}});
    found["security"] = std::move(accepted);
    return found;
  }

  json::object revoke() const {
    json::object found = operation("revoke", "Revoke a token (RFC 7009)",
                                   {{"200", {{"description", "the token, if it was one, is good no more"}}},
                                    {"400", oauth_error("the request is malformed")},
                                    {"401", oauth_error("the client is unknown")}});
    found["requestBody"] = body(form_type, "TokenToJudge");
    found["security"] = json::array{json::object{}, json::object{{"client", json::array{}}}};
    return found;
  }

  json::object introspect() const {
    json::object found = operation("introspect", "Ask what a token is worth (RFC 7662)",
                                   {{"200", answer("whether it is active and, if so, what it says", "Introspection")},
                                    {"401", oauth_error("only a registered client may ask")}});
    found["requestBody"] = body(form_type, "TokenToJudge");
    found["security"] = json::array{json::object{{"client", json::array{}}}};
    return found;
  }

  json::object document(std::string_view name, std::string_view schema) const {
    const bool keys = name == "jwks";
    return operation(name, keys ? "The keys that verify tokens (RFC 7517)" : "What the server can do (RFC 8414)",
                     {{"200", answer(keys ? "public keys" : "metadata", schema)}});
  }

  const config::Config& config_;
  bool fastapi_;
  json::object paths_;
  std::map<std::string, int> uses_;
};

/// How a caller proves who it is. Tools that read this offer a login form for `password`.
json::object security_schemes(const config::Config& config) {
  json::object schemes{
      {"bearer", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}},
      {"client", {{"type", "http"}, {"scheme", "basic"}, {"description", "an OAuth client's id and secret"}}}};
  const auto token_paths = config.endpoints.paths_of(Endpoint::token);
  if (!token_paths.empty()) {
    const json::object flow{{"tokenUrl", token_paths.front()}, {"scopes", json::object{}}};
    schemes["password"] = json::object{{"type", "oauth2"}, {"flows", {{"password", flow}}}};
  }
  return schemes;
}

}  // namespace

std::string openapi_document(const config::Config& config) {
  const json::object document{
      {"openapi", "3.1.0"},
      {"info",
       {{"title", config.tokens.issuer.empty() ? std::string("Bearward") : config.tokens.issuer},
        {"version", BEARWARD_VERSION},
        {"description", "What the gateway itself answers. The routes behind it are not listed here."}}},
      {"paths", Operations(config).paths()},
      {"components",
       {{"schemas", openapi_schemas(config.compatibility)}, {"securitySchemes", security_schemes(config)}}}};
  return json::serialize(document);
}

}  // namespace bearward::endpoint
