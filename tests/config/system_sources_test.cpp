#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/load.h"
#include "config/yaml_tree.h"

namespace bearward::config {
namespace {

class SystemSources : public ::testing::Test {
 protected:
  SystemSources() {
    std::string name = std::filesystem::temp_directory_path() / "bearward-config-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~SystemSources() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) {
    const std::string path = folder_ / name;
    std::ofstream{path} << content;
    return path;
  }

  boost::system::error_code error_of(const std::string& path) { return sources_.read_file(path).error(); }

  std::filesystem::path folder_;
  Sources sources_ = system_sources();
};

TEST_F(SystemSources, ReadsFilesUpToTheBound) {
  EXPECT_EQ(sources_.read_file(write("small", "text\n")).value(), "text\n");
  const std::string full(YamlBounds::bytes, 'x');
  EXPECT_EQ(sources_.read_file(write("full", full)).value().size(), YamlBounds::bytes);
  EXPECT_EQ(error_of(write("over", full + "x")), boost::system::errc::file_too_large);
  const std::string sparse = write("sparse", "");
  std::filesystem::resize_file(sparse, 50 * 1024 * 1024);
  EXPECT_EQ(error_of(sparse), boost::system::errc::file_too_large);
}

TEST_F(SystemSources, RefusesWhatIsNoFile) {
  EXPECT_EQ(error_of(folder_ / "nope"), boost::system::errc::no_such_file_or_directory);
  EXPECT_EQ(error_of(folder_), boost::system::errc::is_a_directory);
  EXPECT_EQ(error_of("/dev/zero"), boost::system::errc::not_supported);
  const std::string pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(error_of(pipe), boost::system::errc::not_supported);  // and does not wait for a writer
}

TEST_F(SystemSources, FindsFilesSortedByBytes) {
  const std::string b = write("b.yaml", "");
  const std::string upper = write("B.yaml", "");
  const std::string a = write("a.yaml", "");
  write("a.yaml~", "");
  write(".hidden.yaml", "");
  EXPECT_EQ(sources_.glob(folder_ / "*.yaml"), (std::vector<std::string>{upper, a, b}));
  EXPECT_EQ(sources_.glob(folder_ / "nope/*.yaml"), std::vector<std::string>{});
}

TEST_F(SystemSources, ReadsTheEnvironment) {
  ASSERT_EQ(setenv("BEARWARD_CONFIG_TEST", "value", 1), 0);
  EXPECT_EQ(sources_.environment("BEARWARD_CONFIG_TEST"), "value");
  ASSERT_EQ(unsetenv("BEARWARD_CONFIG_TEST"), 0);
  EXPECT_EQ(sources_.environment("BEARWARD_CONFIG_TEST"), std::nullopt);
}

}  // namespace
}  // namespace bearward::config
