#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/load.h"

namespace bearward::app {

/// Which files a configuration was read from, so that it can be told when one of them changes. A file
/// counts by its content: one that is only touched, or written anew as it was, has not changed.
class SourceFiles {
 public:
  /// `inner`, with note taken here of every file and pattern that is read through it. What is returned
  /// refers to this object.
  config::Sources noting(config::Sources inner);

  /// Also takes note of what `other` noted: of a load that was refused early the running one's files count on.
  void merge(const SourceFiles& other);

  /// Looks again at every file and pattern noted. Blocks; a file is read only where its times or size
  /// differ from the last look.
  void look_again();

  /// Stands for the content of all files and the matches of all patterns at the last look: other
  /// content, another text.
  std::string fingerprint() const;

 private:
  /// What stat(2) says of a file: where none of it differs, the content is taken for the same.
  struct Stamp {
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    std::uint64_t inode = 0;
    std::int64_t size = -1;  // -1: there is no such file
    bool operator==(const Stamp&) const = default;
  };
  struct File {
    Stamp stamp;
    std::string digest;  // of the content; empty: not looked at yet, or not readable
  };
  static Stamp stamp_of(const std::string& path);

  config::Sources sources_;
  std::map<std::string, File> files_;
  std::map<std::string, std::vector<std::string>> patterns_;  // and what each found
};

}  // namespace bearward::app
