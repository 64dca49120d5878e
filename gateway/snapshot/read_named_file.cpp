#include "snapshot/read_named_file.h"

namespace bearward::snapshot {

std::string read_named_file(const std::string& path, std::string_view what, const ReadFile& read_file,
                            const config::Place& place, config::Diagnostics& diagnostics) {
  Result<std::string> text = read_file(path);
  if (text && !text->empty()) return std::move(*text);
  diagnostics.error(place, "cannot read " + std::string(what) + " " + path + ": " +
                               (text ? "the file is empty" : text.error().message()));
  return {};
}

}  // namespace bearward::snapshot
