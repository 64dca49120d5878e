#include "pipeline/key_wait.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <optional>
#include <vector>

namespace bearward::pipeline {
namespace {

class KeyWaitTest : public ::testing::Test {
 protected:
  /// Begins a wait; its answer comes to `answers` at that position.
  void begin() {
    const std::size_t at = answers.size();
    answers.emplace_back();
    boost::asio::co_spawn(io, wait.wait("https://idp.test"),
                          [this, at](const std::exception_ptr&, bool answer) { answers[at] = answer; });
    io.restart();
    io.poll();
  }

  boost::asio::io_context io;
  bool being_fetched = true;
  std::size_t asked = 0;
  KeyWait wait{io.get_executor(), [this](std::string_view issuer) {
                 ++asked;
                 return issuer == "https://idp.test" && being_fetched;
               }};
  std::vector<std::optional<bool>> answers;
};

TEST_F(KeyWaitTest, EndsWhenTheFetchHasEnded) {
  begin();
  begin();
  EXPECT_EQ(answers, (std::vector<std::optional<bool>>{std::nullopt, std::nullopt}));
  wait.settle();
  io.run();
  EXPECT_EQ(answers, (std::vector<std::optional<bool>>{true, true}));
  wait.settle();  // nobody waits any more
}

TEST_F(KeyWaitTest, DoesNotWaitForWhatWillNotCome) {
  being_fetched = false;
  begin();
  EXPECT_EQ(answers, std::vector<std::optional<bool>>{false});
}

TEST_F(KeyWaitTest, EndsByItselfAfterAWhile) {
  begin();
  io.run();
  EXPECT_EQ(answers, std::vector<std::optional<bool>>{false});
}

TEST_F(KeyWaitTest, HoldsNoMoreThanItsBound) {
  for (std::size_t i = 0; i < KeyWait::most; ++i) begin();
  EXPECT_EQ(answers.back(), std::nullopt);
  begin();
  EXPECT_EQ(answers.back(), false);
  EXPECT_EQ(asked, KeyWait::most) << "not even asked for";
  wait.settle();
  io.run();
  EXPECT_EQ(answers.front(), true);
  begin();
  EXPECT_EQ(answers.back(), std::nullopt) << "there is room again";
  wait.settle();
  io.run();
}

}  // namespace
}  // namespace bearward::pipeline
