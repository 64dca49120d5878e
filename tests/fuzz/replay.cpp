// A fuzz target without a fuzzer: the seeds and what was once found, and each of them torn in a few hundred ways that
// are the same at every run. `fuzz_NAME FOLDER`
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"

namespace {

constexpr int tears_of_each = 300;

std::vector<std::string> read_all(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::string> inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

/// Cuts, doubles, overwrites, or puts in a piece of another.
std::string torn(std::string text, const std::vector<std::string>& inputs, std::minstd_rand& random) {
  const auto below = [&](std::size_t end) { return end == 0 ? 0 : random() % end; };
  const std::size_t at = below(text.size());
  const std::size_t length = below(text.size() - at) % 64;
  const std::string& other = inputs[below(inputs.size())];
  const std::size_t from = below(other.size());
  switch (random() % 4) {
    case 0:
      return text.erase(at, length);
    case 1:
      return text.insert(at, text.substr(at, length));
    case 2:
      if (!text.empty()) text[at] = static_cast<char>(random() % 256);
      return text;
    default:
      return text.insert(at, other, from, length + 1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::vector<std::string> inputs = read_all(argv[1]);
  std::minstd_rand random(1);  // NOLINT: the same inputs at every run are what is wanted
  std::size_t done = 0;
  for (const std::string& input : inputs) {
    bearward::fuzz(input);
    std::string text = input;
    for (int i = 0; i < tears_of_each; ++i) {
      text = torn(i % 10 == 0 ? input : text, inputs, random);
      bearward::fuzz(text);
    }
    done += 1 + tears_of_each;
  }
  std::printf("%zu inputs\n", done);
  return inputs.empty() ? 1 : 0;
}
