#include "config/schema.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "config/sections.h"

namespace bearward::config {
namespace {

namespace json = boost::json;

/// ${NAME} may stand for any scalar; what it is replaced by nobody knows here.
constexpr std::string_view from_environment = R"(\$\{)";

/// `a.b[]` as a name that a JSON pointer takes as it is.
std::string definition_name(std::string_view path) {
  std::string name;
  for (const char c : path.substr(0, path.find(','))) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (plain || (!name.empty() && name.back() != '_')) name += plain ? c : '_';
  }
  if (name.ends_with('_')) name.pop_back();
  return name;
}

json::object reference_to(const Section& section) {
  return {{"$ref", "#/definitions/" + definition_name(section.path)}};
}

json::object text_like(std::string_view pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

/// Any scalar is text to the loader; YAML alone would have 42 a number.
json::object any_text() { return {{"type", json::array{"string", "number", "boolean"}}}; }

json::object either_of(json::array alternatives) { return {{"anyOf", std::move(alternatives)}}; }

json::object map_with(std::string_view key) {
  return {{"type", "object"}, {"properties", {{key, true}}}, {"required", json::array{json::string{key}}}};
}

json::object list_of(json::object item) { return {{"type", "array"}, {"items", std::move(item)}}; }

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

json::array choices_of(const Key& key) {
  json::array values;
  for (const std::string_view choice : key.choices) {
    values.emplace_back(choice);
    if (const auto number = number_in(choice)) values.emplace_back(*number);  // 1.2 without its quotes
  }
  return values;
}

/// A default as YAML would have it; null where `otherwise` is a sentence.
json::value default_of(const Key& key) {
  std::string_view text = key.otherwise;
  if (text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
  if (key.kind == Kind::boolean) return text == "true" ? json::value(true) : json::value(false);
  const bool is_value =
      key.kind == Kind::choice || key.kind == Kind::duration || key.kind == Kind::size || key.kind == Kind::number;
  if (!is_value || text.contains(' ')) return nullptr;
  const auto number = key.kind == Kind::number ? number_in(text) : std::nullopt;
  if (number) return static_cast<std::int64_t>(*number);
  return json::string{text};
}

std::string described(const Key& key) {
  std::string text{key.description};
  text += "\n\n" + expectation(key);
  if (key.required) return text + "; required";
  if (!key.otherwise.empty()) text += "; by default: " + std::string{key.otherwise};
  return text;
}

/// How the value of a key is made of a section: one map, a list of them, or a map of names.
struct Part {
  enum class Form : std::uint8_t { one, list, named };
  const Section* section = nullptr;
  Form form = Form::one;
};

std::optional<Part> part_at(std::string_view path) {
  for (const Section* section : all_sections()) {
    for (std::string_view rest = section->path; !rest.empty();) {
      const std::size_t comma = std::min(rest.find(", "), rest.size());
      const std::string_view each = rest.substr(0, comma);
      rest.remove_prefix(std::min(comma + 2, rest.size()));
      if (each == path) return Part{section, Part::Form::one};
      if (!each.starts_with(path)) continue;
      if (each.substr(path.size()) == "[]") return Part{section, Part::Form::list};
      if (each.substr(path.size()) == ".NAME") return Part{section, Part::Form::named};
    }
  }
  return std::nullopt;
}

/// What `key` of `parent` holds, by the paths of the sections; a route's `identity` is the top level's.
std::optional<Part> part_of(const Section& parent, const Key& key) {
  const bool is_file = &parent == &gateway_section || &parent == &policy_file_section;
  const std::string name{key.name};
  const std::string_view base = parent.path.substr(0, parent.path.find(", "));
  auto part = part_at(is_file ? name : std::string{base} + "." + name);
  if (!part && &parent == &route_section) part = part_at(name);
  return part;
}

/// "public, authenticated, deny or a map of conditions": the words, or the map.
json::object words_or_conditions(std::string_view form) {
  json::array words;
  for (std::string_view rest = form.substr(0, form.find(" or ")); !rest.empty();) {
    const std::size_t comma = std::min(rest.find(", "), rest.size());
    words.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 2, rest.size()));
  }
  return either_of({json::object{{"enum", std::move(words)}}, reference_to(access_section)});
}

/// The words by which messages say what a key takes are the words that this goes by.
bool takes_several(const Key& key) {
  constexpr std::string_view words = "or a list of them";
  return key.form.ends_with(words) || key.description.ends_with(words);
}

json::object one_or_more(json::object one) {
  json::object list = list_of(one);
  return either_of({std::move(one), std::move(list)});
}

json::object shape_of_list(const Key& key, const std::optional<Part>& part) {
  if (key.form == "a list of conditions") {
    for (const Key& condition : access_section.keys) {
      if (condition.name == "not") return list_of(words_or_conditions(condition.form));
    }
  }
  json::object item = any_text();
  if (part)
    item = takes_several(key) ? either_of({any_text(), reference_to(*part->section)}) : reference_to(*part->section);
  return takes_several(key) ? one_or_more(std::move(item)) : list_of(std::move(item));
}

json::object shape_of_map(const Key& key, const std::optional<Part>& part) {
  if (key.form.ends_with("or a map of conditions")) return words_or_conditions(key.form);
  if (!part) return {{"type", "object"}};
  if (key.form.starts_with("false, or"))
    return either_of({json::object{{"const", false}}, reference_to(*part->section)});
  if (part->form != Part::Form::named) return reference_to(*part->section);
  return {{"type", "object"},
          {"propertyNames", {{"pattern", "^[A-Za-z0-9._-]{1,64}$"}}},
          {"additionalProperties", reference_to(*part->section)}};
}

json::object shape_of_text(const Key& key) {
  const bool is_secret = key.form.contains("{file: path}") || key.description.contains("{file: path}");
  if (!is_secret) return any_text();
  const json::object file{{"type", "object"},
                          {"properties", {{"file", any_text()}}},
                          {"required", json::array{"file"}},
                          {"additionalProperties", false}};
  return either_of({any_text(), file});
}

json::object shape_of_number(const Key& key) {
  json::array shapes{json::object{{"type", "integer"}, {"minimum", key.least}, {"maximum", key.most}}};
  shapes.push_back(text_like(key.kind == Kind::size ? "^[0-9]+([KMG]iB)?$|" + std::string{from_environment}
                                                    : "^[0-9]+$|" + std::string{from_environment}));
  const json::value word = default_of(key);
  if (key.kind == Kind::number && word.is_string()) shapes.push_back(json::object{{"const", word}});
  return either_of(std::move(shapes));
}

json::object shape_of_one(const Section& section, const Key& key) {
  if (!key.only.empty()) return {{"const", key.only == "true"}};
  const std::optional<Part> part = part_of(section, key);
  switch (key.kind) {
    case Kind::boolean:
      return either_of({json::object{{"type", "boolean"}}, text_like(from_environment)});
    case Kind::number:
    case Kind::size:
      return shape_of_number(key);
    case Kind::duration:
      return text_like("^[0-9]+(ms|[smhd])$|" + std::string{from_environment});
    case Kind::choice:
      return either_of({json::object{{"enum", choices_of(key)}}, text_like(from_environment)});
    case Kind::map:
      return shape_of_map(key, part);
    case Kind::list:
      return shape_of_list(key, part);
    case Kind::text:
      break;
  }
  return shape_of_text(key);
}

json::object shape_of(const Section& section, const Key& key) {
  json::object shape = shape_of_one(section, key);
  return takes_several(key) && key.kind != Kind::list ? one_or_more(std::move(shape)) : shape;
}

json::object property_of(const Section& section, const Key& key) {
  json::object property = shape_of(section, key);
  // Draft 7 ignores what stands beside a $ref.
  if (property.contains("$ref")) property = {{"allOf", json::array{std::move(property)}}};
  property["description"] = described(key);
  if (json::value value = default_of(key); !key.otherwise.empty() && !value.is_null())
    property["default"] = std::move(value);
  return property;
}

json::object definition_of(const Section& section) {
  json::object properties;
  json::array required;
  for (const Key& key : section.keys) {
    if (key.not_yet && key.only.empty()) continue;
    properties[key.name] = property_of(section, key);
    if (key.required) required.emplace_back(key.name);
  }
  json::object definition{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) definition["required"] = std::move(required);
  return definition;
}

}  // namespace

json::object json_schema(SchemaOf what) {
  json::object schema{{"$schema", "http://json-schema.org/draft-07/schema#"}};
  json::object definitions;
  for (const Section* section : all_sections()) definitions[definition_name(section->path)] = definition_of(*section);
  switch (what) {
    case SchemaOf::gateway:
      schema["title"] = "Bearward's gateway.yaml";
      schema["allOf"] = json::array{reference_to(gateway_section)};
      break;
    case SchemaOf::policy:
      schema["title"] = "a policy file of Bearward";
      schema["allOf"] = json::array{reference_to(policy_file_section)};
      break;
    case SchemaOf::either:
      schema["title"] = "a file of Bearward: gateway.yaml, or a policy file";
      schema["if"] = either_of({map_with("routes"), map_with("tests")});
      schema["then"] = reference_to(policy_file_section);
      schema["else"] = reference_to(gateway_section);
      break;
  }
  schema["definitions"] = std::move(definitions);
  return schema;
}

}  // namespace bearward::config
