#include "endpoint/openapi_schemas.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <initializer_list>
#include <string>
#include <utility>

namespace bearward::endpoint {
namespace {

namespace json = boost::json;

json::object text(std::string_view description) { return {{"type", "string"}, {"description", description}}; }

json::object password(std::string_view description) {
  json::object schema = text(description);
  schema["format"] = "password";
  return schema;
}

json::object object_of(json::object properties, std::initializer_list<std::string_view> required) {
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  json::array names;
  for (const std::string_view name : required) names.emplace_back(name);
  if (!names.empty()) schema["required"] = std::move(names);
  return schema;
}

json::object list_of_texts() { return {{"type", "array"}, {"items", {{"type", "string"}}}}; }

json::object token_request() {
  return object_of({{"grant_type", text("password where it is left out")},
                    {"username", text("of the password grant")},
                    {"password", password("of the password grant")},
                    {"refresh_token", text("of the refresh_token grant")},
                    {"scope", text("scopes with spaces between them")},
                    {"client_id", text("of a client that does not use HTTP Basic")},
                    {"client_secret", password("of a client that does not use HTTP Basic")}},
                   {});
}

json::object token_response() {
  return object_of({{"access_token", text("a JWT, sent as Authorization: Bearer")},
                    {"token_type", {{"const", "bearer"}}},
                    {"expires_in", {{"type", "integer"}, {"description", "seconds"}}},
                    {"refresh_token", text("good for one use")},
                    {"scope", text("what was granted")},
                    {"username", text("whose token it is")}},
                   {"access_token", "token_type", "expires_in"});
}

json::object user() {
  return object_of({{"username", text("unique")},
                    {"email", {{"type", {"string", "null"}}}},
                    {"full_name", {{"type", {"string", "null"}}}},
                    {"roles", list_of_texts()},
                    {"disabled", {{"type", "boolean"}}}},
                   {"username"});
}

json::object new_user() {
  return object_of({{"username", text("unique")},
                    {"password", password("as the gateway's rules want it")},
                    {"email", {{"type", {"string", "null"}}}},
                    {"full_name", {{"type", {"string", "null"}}}}},
                   {"username", "password"});
}

json::object token_to_judge() {
  return object_of({{"token", text("an access or a refresh token")},
                    {"token_type_hint", {{"enum", {"access_token", "refresh_token"}}}}},
                   {"token"});
}

/// FastAPI's `detail` is a sentence, or a list of what is wrong with the content.
json::object fastapi_error() {
  json::object detail{{"anyOf", json::array{json::object{{"type", "string"}},
                                            json::object{{"type", "array"}, {"items", {{"type", "object"}}}}}}};
  return object_of({{"detail", std::move(detail)}}, {"detail"});
}

json::object oauth_error() {
  return object_of({{"error", text("RFC 6749 section 5.2")}, {"error_description", text("a sentence")}}, {"error"});
}

json::object problem() {
  return object_of({{"type", text("about:blank")},
                    {"title", text("the status in words")},
                    {"status", {{"type", "integer"}}},
                    {"detail", text("a sentence")}},
                   {"title", "status"});
}

}  // namespace

json::object openapi_schemas(config::Compatibility compatibility) {
  const bool fastapi = compatibility == config::Compatibility::fastapi;
  return {{"TokenRequest", token_request()},
          {"Token", token_response()},
          {"User", user()},
          {"NewUser", new_user()},
          {"TokenToJudge", token_to_judge()},
          {"Introspection", object_of({{"active", {{"type", "boolean"}}}}, {"active"})},
          {"KeySet", object_of({{"keys", {{"type", "array"}, {"items", {{"type", "object"}}}}}}, {"keys"})},
          {"Metadata", object_of({{"issuer", text("as tokens have it")}}, {"issuer"})},
          {"OAuthError", fastapi ? fastapi_error() : oauth_error()},
          {"Error", fastapi ? fastapi_error() : problem()}};
}

json::object schema_reference(std::string_view name) { return {{"$ref", "#/components/schemas/" + std::string(name)}}; }

}  // namespace bearward::endpoint
