#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bearward::config {

/// What kind of value a key takes; it decides how the value is checked and what a message expects.
enum class Kind : std::uint8_t {
  text,      // `form` says what it must look like
  boolean,   // true or false
  number,    // least..most
  size,      // bytes, least..most
  duration,  // milliseconds, least..most
  choice,    // one of `choices`
  map,       // a section of its own, or names that the operator gives
  list,      // `form` says of what
};

/// One key of the configuration: its default, its bounds, the words of its errors and its description
/// stand here together, in the file of its section. docs/configuration.md holds the same (a test compares).
struct Key {
  std::string_view name;
  Kind kind = Kind::text;
  std::string_view form = "";  // text, list, map: what is expected, as a message says it
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::span<const std::string_view> choices = {};
  /// Choices of the contract that are not built yet: refused as such, not as unknown.
  std::span<const std::string_view> choices_not_yet = {};
  std::string_view otherwise = "";  // what holds where the key is absent; empty: nothing, it is optional
  bool required = false;
  /// A key of the contract whose feature is not built yet is refused, never ignored; `only` is a value
  /// that asks for nothing beyond what this version does, and is accepted.
  bool not_yet = false;
  std::string_view only = "";
  std::string_view description = "";
};

/// One map of the configuration, as `path` in the documentation: "listeners[].tls".
struct Section {
  std::string_view path;
  std::span<const Key> keys;
};

/// "a size from 1KiB to 64KiB, such as 512, 16KiB or 10MiB": what a message says that it expected.
std::string expectation(const Key& key);

/// "a", "a or b", "a, b or c".
std::string join_or(std::span<const std::string_view> words);

/// Every section of gateway.yaml, then those of policy files.
std::span<const Section* const> all_sections();

}  // namespace bearward::config
