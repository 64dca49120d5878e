#include "app/source_files.h"

#include <sys/stat.h>

#include <utility>

#include "crypto/hash.h"

namespace bearward::app {
namespace {

std::string digest_of(std::string_view text) {
  const crypto::Sha256 hash = crypto::sha256(text);
  return {hash.begin(), hash.end()};
}

}  // namespace

config::Sources SourceFiles::noting(config::Sources inner) {
  sources_ = std::move(inner);
  config::Sources noted = sources_;
  noted.read_file = [this](const std::string& path) {
    // The stamp from before the reading: what is written meanwhile is seen at the next look.
    const Stamp stamp = stamp_of(path);
    auto content = sources_.read_file(path);
    files_[path] = {stamp, content ? digest_of(*content) : std::string{}};
    return content;
  };
  noted.glob = [this](const std::string& pattern) { return patterns_[pattern] = sources_.glob(pattern); };
  return noted;
}

void SourceFiles::merge(const SourceFiles& other) {
  files_.insert(other.files_.begin(), other.files_.end());
  patterns_.insert(other.patterns_.begin(), other.patterns_.end());
}

void SourceFiles::look_again() {
  for (auto& [path, file] : files_) {
    const Stamp stamp = stamp_of(path);
    if (stamp == file.stamp) continue;
    const auto content = sources_.read_file(path);
    file = {stamp, content ? digest_of(*content) : std::string{}};
  }
  for (auto& [pattern, found] : patterns_) found = sources_.glob(pattern);
}

std::string SourceFiles::fingerprint() const {
  std::string all;
  for (const auto& [path, file] : files_) all += path + '\0' + file.digest + '\0';
  for (const auto& [pattern, found] : patterns_) {
    all += pattern + '\0';
    for (const std::string& path : found) all += path + '\0';
  }
  return digest_of(all);
}

SourceFiles::Stamp SourceFiles::stamp_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  const auto nanoseconds = [](const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
  };
  return {nanoseconds(status.st_mtim), nanoseconds(status.st_ctim), status.st_ino, status.st_size};
}

}  // namespace bearward::app
