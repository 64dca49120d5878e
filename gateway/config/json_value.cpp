#include "config/json_value.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>

namespace bearward::config {
namespace {

/// RFC 8259 §6; its digits are read by from_chars, which alone would take nan, .5 and 010 too.
bool looks_like_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto is_digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  return is_digit(0) && !(text[0] == '0' && is_digit(1)) && !text.ends_with('.');
}

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<boost::json::value> read_list(const Value& value) {
  boost::json::array items;
  for (const YamlNode& child : value.node().children) {
    auto item = read_json(Value{child, value.origin(), value.setting()});
    if (!item) return std::nullopt;
    items.push_back(std::move(*item));
  }
  return items;
}

std::optional<boost::json::value> read_object(const Value& value) {
  const auto entries = value.entries("a map");
  if (!entries) return std::nullopt;
  boost::json::object members;
  for (const auto& [name, item] : *entries) {
    auto member = read_json(item);
    if (!member) return std::nullopt;
    members.emplace(name.written(), std::move(*member));
  }
  return members;
}

}  // namespace

std::optional<boost::json::value> read_json_scalar(const Value& value) {
  const auto text = value.text("a text, a number, true or false");
  if (!text) return std::nullopt;
  const bool plain = !value.node().quoted && *text == value.written();
  if (plain && *text == "true") return true;
  if (plain && *text == "false") return false;
  if (plain && looks_like_number(*text)) {
    if (const auto integer = parse_whole<std::int64_t>(*text)) return *integer;
    if (const auto number = parse_whole<double>(*text)) return *number;
  }
  return boost::json::string{*text};
}

std::optional<boost::json::value> read_json(const Value& value) {
  switch (value.node().kind) {
    case YamlNode::Kind::null:
      return boost::json::value(nullptr);
    case YamlNode::Kind::scalar:
      return read_json_scalar(value);
    case YamlNode::Kind::list:
      return read_list(value);
    case YamlNode::Kind::map:
      return read_object(value);
    case YamlNode::Kind::refused:
      break;
  }
  return std::nullopt;
}

}  // namespace bearward::config
