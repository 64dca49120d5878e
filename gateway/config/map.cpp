#include "config/map.h"

#include <algorithm>
#include <stdexcept>

#include "config/quote.h"
#include "config/suggest.h"

namespace bearward::config {

std::optional<Map> Value::map(const Section& section) const {
  const auto first =
      std::ranges::find_if(section.keys, [](const Key& key) { return !key.not_yet || !key.only.empty(); });
  const auto known = entries("a map with keys such as " + in_quotes(first->name));
  if (!known) return std::nullopt;
  return Map{*this, section, *known};
}

Map::Map(const Value& value, const Section& section, const std::vector<std::pair<Value, Value>>& entries)
    : value_{value}, section_{&section}, values_(section.keys.size()) {
  for (const auto& [key, item] : entries) accept(key, item);
  report_missing();
}

void Map::report_missing() const {
  for (std::size_t i = 0; i < section_->keys.size(); ++i) {
    const Key& key = section_->keys[i];
    // A key that is there but misspelt has been reported as that.
    const auto means_it = [&](const std::string& suggestion) {
      return suggestion.ends_with(in_quotes(key.name) + "?");
    };
    if (!key.required || values_[i] || std::ranges::any_of(suggestions_, means_it)) continue;
    value_.error("found no key " + in_quotes(key.name) + " in " + std::string{value_.setting()} + ", expected " +
                 expectation(key));
  }
}

void Map::accept(const Value& key, const Value& value) {
  const auto known = std::ranges::find(section_->keys, key.written(), &Key::name);
  if (known == section_->keys.end()) {
    report_unknown(key);
  } else if (!known->not_yet) {
    values_[static_cast<std::size_t>(known - section_->keys.begin())] = value;
  } else if (known->only.empty()) {
    key.error(in_quotes(known->name) + " is not yet supported by this version; remove it");
  } else if (value.written() != known->only) {
    value.error("\"" + std::string{known->name} + "\" other than " + std::string{known->only} +
                " is not yet supported by this version; remove it");
  }
}

void Map::report_unknown(const Value& key) {
  std::vector<std::string_view> all;
  std::vector<std::string_view> supported;
  for (const Key& known : section_->keys) {
    all.push_back(known.name);
    if (!known.not_yet) supported.push_back(known.name);
  }
  key.error("found the unknown key " + in_quotes(key.written()) + " in " + std::string{value_.setting()} +
            ", expected " + join_or(supported) + suggestions_.emplace_back(suggest(key.written(), all)));
}

std::size_t Map::index(std::string_view name) const {
  const auto found = std::ranges::find(section_->keys, name, &Key::name);
  if (found == section_->keys.end()) throw std::logic_error{"no such setting: " + std::string{name}};
  return static_cast<std::size_t>(found - section_->keys.begin());
}

std::optional<Value> Map::find(std::string_view name) const { return values_[index(name)]; }

void Map::read(std::string_view name, std::string& out) const {
  if (const auto value = find(name)) {
    if (auto text = value->text(expectation(key(name)))) out = std::move(*text);
  }
}

void Map::read(std::string_view name, bool& out) const {
  if (const auto value = find(name)) out = value->boolean(key(name)).value_or(out);
}

void Map::read(std::string_view name, unsigned& out) const {
  if (const auto value = find(name)) out = static_cast<unsigned>(value->number(key(name)).value_or(out));
}

void Map::read(std::string_view name, std::uint64_t& out) const {
  if (const auto value = find(name)) out = value->number(key(name)).value_or(out);
}

void Map::read(std::string_view name, std::chrono::milliseconds& out) const {
  if (const auto value = find(name)) out = value->duration(key(name)).value_or(out);
}

void Map::read(std::string_view name, std::chrono::seconds& out) const {
  const auto value = find(name);
  const auto duration = value ? value->duration(key(name)) : std::nullopt;
  if (!duration) return;
  out = std::chrono::floor<std::chrono::seconds>(*duration);
  if (out != *duration) value->expected("whole seconds");
}

void Map::read_path(std::string_view name, std::string& out) const {
  if (const auto value = find(name)) {
    if (auto path = value->path(expectation(key(name)))) out = std::move(*path);
  }
}

std::optional<std::size_t> Map::choice(std::string_view name) const {
  const auto value = find(name);
  return value ? value->choice(key(name)) : std::nullopt;
}

}  // namespace bearward::config
