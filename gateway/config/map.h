#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "config/value.h"

namespace bearward::config {

/// A map of known keys. `read` leaves `out`, and so the default that it holds, where the key is absent
/// or wrong. A key that the section does not list is a bug and throws logic_error.
class Map {
 public:
  Map(const Value& value, const Section& section, const std::vector<std::pair<Value, Value>>& entries);

  const Value& value() const { return value_; }
  const Key& key(std::string_view name) const { return section_->keys[index(name)]; }
  std::optional<Value> find(std::string_view name) const;

  void read(std::string_view name, std::string& out) const;
  void read(std::string_view name, bool& out) const;
  void read(std::string_view name, unsigned& out) const;
  void read(std::string_view name, std::uint64_t& out) const;
  void read(std::string_view name, std::chrono::milliseconds& out) const;
  void read(std::string_view name, std::chrono::seconds& out) const;
  void read_path(std::string_view name, std::string& out) const;
  /// The enumerators stand in the order of the key's choices.
  template <class Enum>
  void read_choice(std::string_view name, Enum& out) const {
    if (const auto position = choice(name)) out = static_cast<Enum>(*position);
  }

 private:
  std::size_t index(std::string_view name) const;
  std::optional<std::size_t> choice(std::string_view name) const;
  void accept(const Value& key, const Value& value);
  void report_unknown(const Value& key);
  void report_missing() const;

  Value value_;
  const Section* section_;
  std::vector<std::optional<Value>> values_;  // by position in section_->keys
  std::vector<std::string> suggestions_;      // what unknown keys were probably meant to be
};

}  // namespace bearward::config
