#pragma once

#include <string>

namespace bearward::app {

/// `pid_file`: who serves. Written by the process that begins to, so that after a hand-over it names the new one.
class PidFile {
 public:
  /// `path` empty: none.
  explicit PidFile(std::string path) : path_(std::move(path)) {}
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;
  ~PidFile() { remove(); }

  /// Puts this process's id there, at once and whole: nobody reads half a number. Throws std::runtime_error.
  void write();
  /// Takes the file away, unless it names another process by now.
  void remove();

 private:
  std::string path_;
  bool written_ = false;
};

}  // namespace bearward::app
