#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bearward::store {

/// What is to become of a user of an import whose name is in the store already.
enum class Existing { refuse, skip };

/// What an import did, or would have done. With a problem it did nothing.
struct ImportOutcome {
  struct Problem {
    std::size_t index = 0;  // of the user in what was to be imported
    std::string what;       // what is wrong and what to do
  };
  std::size_t added = 0;
  std::size_t skipped = 0;
  std::vector<Problem> problems;
};

}  // namespace bearward::store
