#include "app/source_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/temporary_directory.h"

namespace bearward::app {
namespace {

class SourceFilesTest : public ::testing::Test {
 protected:
  SourceFilesTest() {
    write("a.yaml", "one");
    write("p/x.yaml", "two");
    const config::Sources sources = files.noting(config::system_sources());
    EXPECT_TRUE(sources.read_file(path("a.yaml")));
    EXPECT_FALSE(sources.read_file(path("missing.pem")));
    EXPECT_EQ(sources.glob(path("p/*.yaml")).size(), 1U);
    EXPECT_TRUE(sources.read_file(path("p/x.yaml")));
    loaded = files.fingerprint();
  }
  std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  void write(const std::string& name, const std::string& content) {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name)) << content;
  }
  bool changed() {
    files.look_again();
    return files.fingerprint() != loaded;
  }

  testing::TemporaryDirectory folder;
  SourceFiles files;
  std::string loaded;
};

TEST_F(SourceFilesTest, SeesEveryWayInWhichAFileReadsOtherwise) {
  struct Case {
    const char* name;
    std::function<void()> change;
    std::function<void()> undo;
  };
  const Case cases[] = {
      {"other content of the same length", [&] { write("a.yaml", "eno"); }, [&] { write("a.yaml", "one"); }},
      {"gone", [&] { std::filesystem::remove(path("a.yaml")); }, [&] { write("a.yaml", "one"); }},
      {"there at last", [&] { write("missing.pem", "x"); }, [&] { std::filesystem::remove(path("missing.pem")); }},
      {"another file for a pattern", [&] { write("p/y.yaml", ""); },
       [&] { std::filesystem::remove(path("p/y.yaml")); }},
      {"one file less for a pattern", [&] { std::filesystem::rename(path("p/x.yaml"), path("x")); },
       [&] { std::filesystem::rename(path("x"), path("p/x.yaml")); }},
      {"another file in its place",
       [&] {
         write("b", "One");
         std::filesystem::rename(path("b"), path("a.yaml"));
       },
       [&] { write("a.yaml", "one"); }}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(changed());
    c.change();
    EXPECT_TRUE(changed());
    c.undo();
    EXPECT_FALSE(changed()) << "as it was when it was loaded";
  }
}

TEST_F(SourceFilesTest, TakesAFileThatIsOnlyTouchedOrOfNobodysInterestForNoChange) {
  write("a.yaml", "one");
  std::filesystem::last_write_time(path("p/x.yaml"), std::filesystem::file_time_type::clock::now());
  write("p/notes.txt", "not of the pattern");
  write("elsewhere.yaml", "not read");
  EXPECT_FALSE(changed());
}

TEST_F(SourceFilesTest, LooksAtWhatAnotherNotedToo) {
  SourceFiles broken;
  EXPECT_TRUE(broken.noting(config::system_sources()).read_file(path("a.yaml")));
  broken.merge(files);
  const std::string before = broken.fingerprint();
  write("p/x.yaml", "mended");
  broken.look_again();
  EXPECT_NE(broken.fingerprint(), before);
}

}  // namespace
}  // namespace bearward::app
