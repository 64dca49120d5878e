#include "app/pid_file.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace bearward::app {

void PidFile::write() {
  if (path_.empty()) return;
  const std::string beside = path_ + "." + std::to_string(::getpid());
  std::ofstream file(beside, std::ios::trunc);
  file << ::getpid() << '\n';
  file.close();
  if (!file || std::rename(beside.c_str(), path_.c_str()) != 0) {
    std::remove(beside.c_str());
    throw std::runtime_error("cannot write pid_file " + path_);
  }
  written_ = true;
}

void PidFile::remove() {
  if (!std::exchange(written_, false)) return;
  pid_t named = 0;
  if (std::ifstream(path_) >> named && named == ::getpid()) std::remove(path_.c_str());
}

}  // namespace bearward::app
