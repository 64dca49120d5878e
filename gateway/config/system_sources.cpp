#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "config/load.h"
#include "config/yaml_tree.h"

namespace bearward::config {
namespace {

class OpenFile {
 public:
  // O_NONBLOCK: a pipe by that name must not hold the gateway until somebody writes to it.
  explicit OpenFile(const std::string& path) : fd_{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)} {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

error_code last_error() { return {errno, boost::system::system_category()}; }

error_code error_of(boost::system::errc::errc_t code) { return make_error_code(code); }

Result<std::string> read_up_to(int fd, std::size_t limit) {
  std::string content;
  // One byte beyond the limit tells a file of just that size from one that grew meanwhile.
  while (content.size() <= limit) {
    const std::size_t start = content.size();
    content.resize(start + 64 * 1024);
    const ssize_t count = ::read(fd, content.data() + start, content.size() - start);
    if (count < 0 && errno == EINTR) {
      content.resize(start);
      continue;
    }
    if (count < 0) return std::unexpected{last_error()};
    content.resize(start + static_cast<std::size_t>(count));
    if (count == 0) return content;
  }
  return std::unexpected{error_of(boost::system::errc::file_too_large)};
}

Result<std::string> read_file(const std::string& path) {
  const OpenFile file{path};
  struct stat status{};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return std::unexpected{last_error()};
  if (S_ISDIR(status.st_mode)) return std::unexpected{error_of(boost::system::errc::is_a_directory)};
  if (!S_ISREG(status.st_mode)) return std::unexpected{error_of(boost::system::errc::not_supported)};
  if (static_cast<std::size_t>(status.st_size) > YamlBounds::bytes)
    return std::unexpected{error_of(boost::system::errc::file_too_large)};
  return read_up_to(file.get(), YamlBounds::bytes);
}

std::vector<std::string> find_files(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  std::ranges::sort(paths);  // by bytes: glob sorts by the locale
  return paths;
}

std::optional<std::string> environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace

Sources system_sources() { return {read_file, find_files, environment}; }

}  // namespace bearward::config
