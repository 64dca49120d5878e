// The work that a look at the table costs, in nodes entered and not in time: a clock on a busy machine says nothing.
#include "policy/path_trie.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace bearward::policy {
namespace {

PathPattern pattern(const std::string& text) { return PathPattern::parse(text).value(); }

/// A tree in which every node has a `**`: a walk that no leaf satisfies calls at each node that it enters.
class CountedTrie {
 public:
  CountedTrie() : root_(trie_.add_root()) {}

  void insert(const std::string& path) {
    for (std::size_t end = 0; end != std::string::npos; end = path.find('/', end + 1))
      trie_.insert(root_, pattern(path.substr(0, end) + "/**"));
    trie_.insert(root_, pattern(path + "/**"));
  }

  std::size_t entered(const std::string& path) const {
    SplitPath segments;
    trie_.split(path, segments);
    PathParameters parameters;
    std::size_t count = 0;
    trie_.walk(root_, segments, parameters, [&](PathTrie::Leaf) {
      ++count;
      return false;
    });
    return count;
  }

  std::size_t most() const { return trie_.most_visits().front(); }

 private:
  PathTrie trie_;
  PathTrie::Node root_;
};

/// Routes as a gateway before many services has them: of each, four.
CountedTrie services(std::size_t routes) {
  CountedTrie trie;
  for (std::size_t i = 0; i < routes / 4; ++i) {
    const std::string service = "/services/service-" + std::to_string(i);
    trie.insert(service);
    trie.insert(service + "/orders/{id}");
    trie.insert(service + "/orders/{id}/items/{item}");
    trie.insert(service + "/health");
  }
  return trie;
}

TEST(PathTrie, WorkDoesNotGrowWithTheNumberOfRoutes) {
  for (const std::size_t routes : {std::size_t{8}, std::size_t{1'000}, std::size_t{10'000}}) {
    SCOPED_TRACE(routes);
    const CountedTrie trie = services(routes);
    EXPECT_EQ(trie.most(), 7U) << "a node a segment, and the root";
    EXPECT_EQ(trie.entered("/services/service-1/orders/7/items/8"), 7U);
    EXPECT_EQ(trie.entered("/services/service-1/health"), 4U);
    EXPECT_EQ(trie.entered("/nobody/knows/this"), 1U);
  }
}

TEST(PathTrie, WorkIsWhatThePathAsksForHoweverLongItIs) {
  const CountedTrie trie = services(1'000);
  std::string path = "/services/service-1/orders/7/items/8";
  for (int i = 0; i < 5'000; ++i) path += "/x";
  EXPECT_EQ(trie.entered(path), 7U);
}

/// The worst there is: a literal and a parameter at every node, and a path that fits both each time.
TEST(PathTrie, WorkOfMixedLiteralsAndParametersIsKnownBeforehand) {
  for (const std::size_t depth : {1U, 4U, 8U}) {
    CountedTrie trie;
    for (unsigned choice = 0; choice < 1U << depth; ++choice) {
      std::string path;
      for (std::size_t i = 0; i < depth; ++i) path += (choice >> i & 1U) != 0 ? "/a" : "/{p" + std::to_string(i) + "}";
      trie.insert(path);
    }
    std::string path;
    for (std::size_t i = 0; i < depth; ++i) path += "/a";
    const std::size_t all = (std::size_t{2} << depth) - 1;
    EXPECT_EQ(trie.most(), all);
    EXPECT_EQ(trie.entered(path), all) << "each node once: nothing is tried again on the way back";
  }
}

TEST(PathTrie, NoPathEntersMoreNodesThanItSays) {
  std::mt19937 random{7};
  const auto words = [&](std::size_t most_segments, bool parameters) {
    std::string path;
    for (std::size_t i = 0, n = 1 + random() % most_segments; i < n; ++i) {
      const unsigned word = random() % (parameters ? 4 : 3);
      path += word == 3 ? "/{p" + std::to_string(i) + "}" : std::string{"/"} + "abc"[word];
    }
    return path;
  };
  for (int round = 0; round < 50; ++round) {
    CountedTrie trie;
    for (int i = 0; i < 60; ++i) trie.insert(words(6, true));
    for (int i = 0; i < 200; ++i) {
      const std::string path = words(9, false);
      EXPECT_LE(trie.entered(path), trie.most()) << path;
    }
  }
}

}  // namespace
}  // namespace bearward::policy
