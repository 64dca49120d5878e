#include "config/schema.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <string>

#include "config/sections.h"

namespace bearward::config {
namespace {

namespace json = boost::json;

void collect_references(const json::value& value, std::set<std::string>& found) {
  if (value.is_array()) {
    for (const json::value& each : value.get_array()) collect_references(each, found);
  } else if (value.is_object()) {
    for (const auto& [name, each] : value.get_object()) {
      if (name == "$ref")
        found.emplace(each.as_string().subview(std::string_view{"#/definitions/"}.size()));
      else
        collect_references(each, found);
    }
  }
}

/// A section that nothing refers to would be a part of the configuration that editors know nothing of.
TEST(JsonSchema, UsesEverySectionAndDefinesAllItRefersTo) {
  const json::object schema = json_schema(SchemaOf::either);
  std::set<std::string> referred;
  collect_references(schema, referred);
  std::set<std::string> defined;
  for (const auto& [name, definition] : schema.at("definitions").as_object()) defined.emplace(name);
  EXPECT_EQ(referred, defined);
  EXPECT_EQ(defined.size(), all_sections().size());
}

TEST(JsonSchema, HasEveryKeyThatTheLoaderTakesAndNoOther) {
  const json::object schema = json_schema(SchemaOf::gateway);
  const json::object& definitions = schema.at("definitions").as_object();
  std::size_t at = 0;
  for (const Section* section : all_sections()) {
    SCOPED_TRACE(std::string{section->path});
    const json::object& definition = (definitions.begin() + static_cast<std::ptrdiff_t>(at++))->value().as_object();
    EXPECT_EQ(definition.at("additionalProperties"), false);
    const json::object& properties = definition.at("properties").as_object();
    std::size_t expected = 0;
    for (const Key& key : section->keys) {
      const bool taken = !key.not_yet || !key.only.empty();
      expected += taken ? 1 : 0;
      EXPECT_EQ(properties.contains(key.name), taken) << key.name;
      if (!taken) continue;
      const std::string_view description = properties.at(key.name).at("description").as_string();
      EXPECT_TRUE(description.starts_with(key.description)) << key.name;
    }
    EXPECT_EQ(properties.size(), expected);
  }
}

std::string property(std::string_view section, std::string_view key) {
  json::value found = json_schema(SchemaOf::either).at("definitions").at(section).at("properties").at(key);
  found.as_object().erase("description");
  return json::serialize(found);
}

TEST(JsonSchema, SaysWhatShapeAValueHas) {
  struct Case {
    const char* sentence;
    const char* section;
    const char* key;
    const char* schema;
  };
  const Case cases[] = {
      {"a text", "tokens", "issuer", R"({"type":["string","number","boolean"]})"},
      {"a secret", "tokens_signing_keys", "secret",
       R"({"anyOf":[{"type":["string","number","boolean"]},{"type":"object","properties":{"file":{"type":["string","number","boolean"]}},"required":["file"],"additionalProperties":false}]})"},
      {"a duration", "tokens", "access_ttl",
       R"({"type":"string","pattern":"^[0-9]+(ms|[smhd])$|\\$\\{","default":"30m"})"},
      {"a size", "limits", "request_header",
       R"({"anyOf":[{"type":"integer","minimum":1024,"maximum":65536},{"type":"string","pattern":"^[0-9]+([KMG]iB)?$|\\$\\{"}],"default":"16KiB"})"},
      {"a number, or a word", "gateway_yaml", "workers",
       R"({"anyOf":[{"type":"integer","minimum":1,"maximum":1024},{"type":"string","pattern":"^[0-9]+$|\\$\\{"},{"const":"auto"}],"default":"auto"})"},
      {"choices, of which some look like numbers", "listeners_tls", "min_version",
       R"({"anyOf":[{"enum":["1.2",1.2E0,"1.3",1.3E0]},{"type":"string","pattern":"\\$\\{"}],"default":"1.2"})"},
      {"a map of its own", "gateway_yaml", "limits", R"({"allOf":[{"$ref":"#/definitions/limits"}]})"},
      {"a route's limits are others", "routes", "limits", R"({"allOf":[{"$ref":"#/definitions/routes_limits"}]})"},
      {"a route's identity is the top level's", "routes", "identity",
       R"({"allOf":[{"$ref":"#/definitions/identity"}]})"},
      {"a list of maps", "tokens", "signing_keys",
       R"({"type":"array","items":{"$ref":"#/definitions/tokens_signing_keys"}})"},
      {"a map of names", "gateway_yaml", "upstreams",
       R"({"type":"object","propertyNames":{"pattern":"^[A-Za-z0-9._-]{1,64}$"},"additionalProperties":{"$ref":"#/definitions/upstreams_NAME"}})"},
      {"one, or a list", "routes_match", "methods",
       R"({"anyOf":[{"type":["string","number","boolean"]},{"type":"array","items":{"type":["string","number","boolean"]}}]})"},
      {"words, one or a list of them", "clients_registered", "grants",
       R"({"anyOf":[{"anyOf":[{"enum":["password","refresh_token","client_credentials"]},{"type":"string","pattern":"\\$\\{"}]},{"type":"array","items":{"anyOf":[{"enum":["password","refresh_token","client_credentials"]},{"type":"string","pattern":"\\$\\{"}]}}]})"},
      {"a word, or conditions", "routes", "access",
       R"({"anyOf":[{"enum":["public","authenticated","deny"]},{"$ref":"#/definitions/routes_access"}]})"},
      {"conditions in conditions", "routes_access", "any",
       R"({"type":"array","items":{"anyOf":[{"enum":["authenticated","deny"]},{"$ref":"#/definitions/routes_access"}]}})"},
      {"a map that the operator makes", "identity", "headers", R"({"type":"object"})"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    EXPECT_EQ(property(c.section, c.key), c.schema);
  }
}

}  // namespace
}  // namespace bearward::config
