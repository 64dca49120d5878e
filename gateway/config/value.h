#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "config/diagnostics.h"
#include "config/load.h"
#include "config/settings.h"
#include "config/yaml_tree.h"

namespace bearward::config {

/// The file that is being read and what reading it may touch.
struct Origin {
  std::string file;    // as messages name it
  std::string folder;  // absolute; relative paths in the file start here
  const Sources& sources;
  Diagnostics& diagnostics;
};

class Map;

/// One value of a file, the setting that it is for, and the checks that every section shares. Whatever
/// returns an optional has reported what is wrong when it returns nullopt. Lives no longer than its tree.
class Value {
 public:
  Value(const YamlNode& node, const Origin& origin, std::string_view setting)
      : node_{&node}, origin_{&origin}, setting_{setting} {}

  const YamlNode& node() const { return *node_; }
  std::string_view setting() const { return setting_; }
  const Origin& origin() const { return *origin_; }
  Diagnostics& diagnostics() const { return origin_->diagnostics; }
  Place place() const { return {origin_->file, line_, column_}; }

  /// The same value under a message that never quotes it.
  Value hidden() const;
  /// Where a message points; a key that has no value stands where the key does.
  Value at(const YamlNode& node) const;

  /// `found X for SETTING, expected WHAT`, and nothing for a value that was refused already.
  void expected(std::string_view what) const;
  void error(std::string message) const { diagnostics().error(place(), std::move(message)); }
  void warning(std::string message) const { diagnostics().warning(place(), std::move(message)); }

  /// A text as written, ${NAME} not replaced: keys, and values that are no more than looked at.
  std::string_view written() const { return node_->text; }

  /// A scalar with ${NAME} replaced: not empty, no control characters. `what` is what a message expects.
  std::optional<std::string> text(std::string_view what) const;
  /// A name for logs and cross-references: at most 64 letters, digits, '.', '_', '-'.
  std::optional<std::string> name() const;
  /// A path to a file, made absolute from the folder of the file that it stands in.
  std::optional<std::string> path(std::string_view what) const;
  /// `relative` from the folder of the file, absolute and without "." and "..".
  std::string resolve(std::string_view relative) const;
  struct SecretText {
    Secret value;
    bool literal = false;  // it stands in the configuration itself
  };
  /// A text or {file: path}; of a file, without one line end at its end. Never quoted in a message.
  std::optional<SecretText> secret(std::string_view what) const;
  /// The content of a file that this value names.
  std::optional<std::string> read_file(const std::string& file) const;

  std::optional<bool> boolean(const Key& key) const;
  std::optional<std::uint64_t> number(const Key& key) const;  // number or size
  std::optional<std::chrono::milliseconds> duration(const Key& key) const;
  /// The position in key.choices.
  std::optional<std::size_t> choice(const Key& key) const;

  /// A list; `one_or_more` takes a single value for a list of one. An empty list is an error.
  std::optional<std::vector<Value>> list(std::string_view what) const;
  std::optional<std::vector<Value>> one_or_more(std::string_view what) const;
  /// A map whose keys the operator chooses, in their order, each once.
  std::optional<std::vector<std::pair<Value, Value>>> entries(std::string_view what) const;
  /// A map of known keys (config/map.h); every unknown, repeated, missing and not yet supported one is
  /// reported.
  std::optional<Map> map(const Section& section) const;

 private:
  std::string found() const;
  std::optional<SecretText> secret_of_file(std::string_view what) const;

  const YamlNode* node_;
  const Origin* origin_;
  std::string_view setting_;
  int line_ = node_->line;
  int column_ = node_->column;
  bool hidden_ = false;
};

}  // namespace bearward::config
