#include "app/pid_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "support/temporary_directory.h"

namespace bearward::app {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(PidFile, NamesThisProcessAsLongAsItServes) {
  const testing::TemporaryDirectory folder;
  const auto path = folder.path() / "gateway.pid";
  std::ofstream(path) << "1\n";  // of a process before this one
  std::optional<PidFile> file(path.string());
  file->write();
  EXPECT_EQ(content_of(path), std::to_string(::getpid()) + "\n");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "nothing is left beside it";
  file.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(PidFile, IsLeftToASuccessor) {
  const testing::TemporaryDirectory folder;
  const auto path = folder.path() / "gateway.pid";
  {
    PidFile file(path.string());
    file.write();
    std::ofstream(path) << "1\n";
  }
  EXPECT_EQ(content_of(path), "1\n");
}

TEST(PidFile, SaysWhereItCannotBeWritten) {
  PidFile file("/nowhere/at/all.pid");
  try {
    file.write();
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), "cannot write pid_file /nowhere/at/all.pid");
  }
}

TEST(PidFile, WithoutAPathIsNone) { EXPECT_NO_THROW(PidFile("").write()); }

}  // namespace
}  // namespace bearward::app
