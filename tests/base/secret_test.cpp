#include "base/secret.h"

#include <gtest/gtest.h>

#include <concepts>
#include <cstring>
#include <memory>
#include <ostream>
#include <string>

namespace bearward {
namespace {

static_assert(!std::equality_comparable<Secret>, "secrets compare in constant time, never with ==");

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
static_assert(!Printable<Secret>);

constexpr std::string_view short_secret = "hunter2-hunter2";  // kept inside the object itself

bool holds(const void* memory, std::size_t bytes, std::string_view text) {
  return memmem(memory, bytes, text.data(), text.size()) != nullptr;
}

TEST(Secret, RevealsWhatItWasGiven) {
  EXPECT_EQ(Secret{"a password"}.reveal(), "a password");
  EXPECT_TRUE(Secret{}.empty());
  EXPECT_EQ(Secret{std::string(10'000, 'x')}.reveal().size(), 10'000u);
}

TEST(Secret, CopiesAndMovesKeepTheValue) {
  const std::string values[] = {"", std::string{short_secret}, std::string(100, 'k')};
  for (const std::string& from : values)
    for (const std::string& to : values) {
      Secret source{from}, target{to};
      target = source;
      EXPECT_EQ(target.reveal(), from);
      EXPECT_EQ(source.reveal(), from);
      Secret moved{to};
      moved = std::move(source);
      EXPECT_EQ(moved.reveal(), from);
      Secret constructed{std::move(moved)};
      EXPECT_EQ(constructed.reveal(), from);
    }
  Secret self{"itself"};
  Secret& alias = self;
  self = alias;
  EXPECT_EQ(self.reveal(), "itself");
  self = std::move(alias);
  EXPECT_EQ(self.reveal(), "itself");
}

TEST(Secret, LeavesNothingInTheObjectItWasMovedFrom) {
  Secret source{std::string{short_secret}};
  ASSERT_TRUE(holds(&source, sizeof source, short_secret));
  const Secret target{std::move(source)};
  EXPECT_FALSE(holds(&source, sizeof source, short_secret.substr(1)));
  EXPECT_TRUE(source.empty());

  Secret second{std::string{short_secret}}, third;
  third = std::move(second);
  EXPECT_FALSE(holds(&second, sizeof second, short_secret.substr(1)));
}

TEST(Secret, WipesItselfWhenItGoesAndWhenItIsOverwritten) {
  alignas(Secret) unsigned char memory[sizeof(Secret)];
  auto* secret = new (memory) Secret{std::string{short_secret}};
  ASSERT_TRUE(holds(memory, sizeof memory, short_secret));
  *secret = Secret{"x"};
  EXPECT_FALSE(holds(memory, sizeof memory, short_secret.substr(2)));
  const Secret other{std::string{short_secret}};
  *secret = other;
  std::destroy_at(secret);
  EXPECT_FALSE(holds(memory, sizeof memory, short_secret.substr(1)));
}

}  // namespace
}  // namespace bearward
