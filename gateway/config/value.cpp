#include "config/value.h"

#include <algorithm>
#include <filesystem>
#include <unordered_map>

#include "base/utf8.h"
#include "config/expand.h"
#include "config/quantity.h"
#include "config/quote.h"
#include "config/suggest.h"

namespace bearward::config {
namespace {

constexpr std::size_t longest_secret_file = 64 * 1024;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

void strip_line_end(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

}  // namespace

Value Value::hidden() const {
  Value copy = *this;
  copy.hidden_ = true;
  return copy;
}

Value Value::at(const YamlNode& node) const {
  Value copy = *this;
  copy.line_ = node.line;
  copy.column_ = node.column;
  return copy;
}

std::string Value::found() const {
  switch (node_->kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::list:
      return node_->children.empty() ? "an empty list" : "a list";
    case YamlNode::Kind::map:
      return node_->children.empty() ? "an empty map" : "a map";
    case YamlNode::Kind::scalar:
    case YamlNode::Kind::refused:
      break;
  }
  // A value from the environment is shown as ${NAME}: it may be a secret put in the wrong place.
  return hidden_ ? "a text (not shown here)" : in_quotes(written());
}

void Value::expected(std::string_view what) const {
  if (node_->kind == YamlNode::Kind::refused) return;
  error("found " + found() + " for " + std::string{setting_} + ", expected " + std::string{what});
}

std::optional<std::string> Value::text(std::string_view what) const {
  if (node_->kind != YamlNode::Kind::scalar) {
    expected(what);
    return std::nullopt;
  }
  auto expansion = expand(written(), origin_->sources.environment);
  if (!expansion) {
    error(std::move(expansion.error()));
    return std::nullopt;
  }
  if (expansion->text.empty() || has_control_character(expansion->text) || !is_utf8(expansion->text)) {
    const bool empty = expansion->text.empty();
    error("found " + std::string{empty ? "an empty text" : "a control character or a byte that is not UTF-8"} +
          " for " + std::string{setting_} + ", expected " + std::string{what});
    return std::nullopt;
  }
  return std::move(expansion->text);
}

std::optional<std::string> Value::name() const {
  constexpr std::string_view what = "a name of at most 64 letters, digits, \".\", \"_\" and \"-\"";
  auto name = text(what);
  if (name && !is_name(*name)) {
    expected(what);
    name.reset();
  }
  return name;
}

std::optional<std::string> Value::path(std::string_view what) const {
  // A key pasted where its path belongs would otherwise be quoted in the "cannot read" that follows.
  const bool pasted = written().find("-----BEGIN") != std::string_view::npos;
  const auto relative = pasted ? hidden().text(what) : text(what);
  if (!relative) return std::nullopt;
  if (pasted) {
    hidden().expected(what);
    return std::nullopt;
  }
  return resolve(*relative);
}

std::string Value::resolve(std::string_view relative) const {
  return (std::filesystem::path{origin_->folder} / relative).lexically_normal().string();
}

std::optional<Value::SecretText> Value::secret(std::string_view what) const {
  const std::string expectation = std::string{what} + ", as a text or {file: path}";
  if (node_->kind == YamlNode::Kind::map) return secret_of_file(expectation);
  if (node_->kind != YamlNode::Kind::scalar) {
    expected(expectation);
    return std::nullopt;
  }
  auto expansion = expand(written(), origin_->sources.environment);
  if (!expansion) {
    error(std::move(expansion.error()));
    return std::nullopt;
  }
  if (expansion->text.empty()) {
    error("found an empty text for " + std::string{setting_} + ", expected " + expectation);
    return std::nullopt;
  }
  return SecretText{Secret{std::move(expansion->text)}, !expansion->from_environment};
}

std::optional<Value::SecretText> Value::secret_of_file(std::string_view what) const {
  // {my-password} is a map as well, of one key: no key is quoted here.
  const bool form = node_->children.size() == 2 && node_->children[0].text == "file";
  if (!form) {
    hidden().expected(what);
    return std::nullopt;
  }
  const auto file = Value{node_->children[1], *origin_, "file"}.path("the path of a file");
  if (!file) return std::nullopt;
  auto content = read_file(*file);
  if (!content) return std::nullopt;
  strip_line_end(*content);
  if (content->empty() || content->size() > longest_secret_file) {
    error("found " + std::string{content->empty() ? "an empty file" : "a file of over 64 KiB"} + " for " +
          std::string{setting_} + ", expected a secret in it");
    return std::nullopt;
  }
  return SecretText{Secret{std::move(*content)}, false};
}

std::optional<std::string> Value::read_file(const std::string& file) const {
  auto content = origin_->sources.read_file(file);
  if (content) return std::move(*content);
  error("cannot read " + in_quotes(file) + " for " + std::string{setting_} + ": " + content.error().message());
  return std::nullopt;
}

std::optional<bool> Value::boolean(const Key& key) const {
  const auto word = text(expectation(key));
  if (!word) return std::nullopt;
  if (*word == "true") return true;
  if (*word == "false") return false;
  expected(expectation(key));
  return std::nullopt;
}

std::optional<std::uint64_t> Value::number(const Key& key) const {
  const auto word = text(expectation(key));
  if (!word) return std::nullopt;
  const auto number = key.kind == Kind::size ? parse_size(*word) : parse_number(*word);
  const bool good =
      number && *number >= static_cast<std::uint64_t>(key.least) && *number <= static_cast<std::uint64_t>(key.most);
  if (good) return number;
  expected(expectation(key));
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> Value::duration(const Key& key) const {
  const auto word = text(expectation(key));
  if (!word) return std::nullopt;
  const auto duration = parse_duration(*word);
  if (duration && duration->count() >= key.least && duration->count() <= key.most) return duration;
  expected(expectation(key));
  return std::nullopt;
}

std::optional<std::size_t> Value::choice(const Key& key) const {
  const auto word = text(expectation(key));
  if (!word) return std::nullopt;
  const auto found = std::ranges::find(key.choices, *word);
  if (found != key.choices.end()) return static_cast<std::size_t>(found - key.choices.begin());
  if (std::ranges::find(key.choices_not_yet, *word) != key.choices_not_yet.end()) {
    error(in_quotes(*word) + " is not yet supported by this version; use " + join_or(key.choices));
  } else {
    expected(expectation(key) + (*word == written() ? suggest(*word, key.choices) : ""));
  }
  return std::nullopt;
}

std::optional<std::vector<Value>> Value::list(std::string_view what) const {
  if (node_->kind != YamlNode::Kind::list || node_->children.empty()) {
    expected(what);
    return std::nullopt;
  }
  return one_or_more(what);
}

std::optional<std::vector<Value>> Value::one_or_more(std::string_view what) const {
  if (node_->kind == YamlNode::Kind::null || node_->kind == YamlNode::Kind::refused ||
      (node_->kind == YamlNode::Kind::list && node_->children.empty())) {
    expected(what);
    return std::nullopt;
  }
  std::vector<Value> values;
  if (node_->kind != YamlNode::Kind::list) {
    values.push_back(*this);
    return values;
  }
  for (const YamlNode& item : node_->children) {
    Value value{item, *origin_, setting_};
    value.hidden_ = hidden_;
    values.push_back(value);
  }
  return values;
}

std::optional<std::vector<std::pair<Value, Value>>> Value::entries(std::string_view what) const {
  if (node_->kind != YamlNode::Kind::map) {
    expected(what);
    return std::nullopt;
  }
  std::vector<std::pair<Value, Value>> entries;
  std::unordered_map<std::string_view, int> lines;
  for (std::size_t i = 0; i + 1 < node_->children.size(); i += 2) {
    const YamlNode& key_node = node_->children[i];
    if (key_node.kind == YamlNode::Kind::refused) continue;
    Value key{key_node, *origin_, setting_};
    Value value{node_->children[i + 1], *origin_, key_node.text};
    key.hidden_ = value.hidden_ = hidden_;
    if (value.node_->kind == YamlNode::Kind::null) value = value.at(key_node);
    const auto [first, is_new] = lines.emplace(key_node.text, key_node.line);
    if (is_new) {
      entries.emplace_back(key, value);
    } else {
      key.error("found the key " + in_quotes(key_node.text) + " again, expected it once; it stands on line " +
                std::to_string(first->second) + " too");
    }
  }
  return entries;
}

}  // namespace bearward::config
