#pragma once

#include <string>

namespace bearward::config {

/// Where a value stands, for messages: lines and columns count from 1, as editors do.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

}  // namespace bearward::config
