#include "pipeline/open_streams.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <functional>
#include <string>

#include "support/test_user_store.h"

namespace bearward::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::TestUserStore;

/// Keeps what its stream was ended by.
struct Owner final : OpenStream::Owner {
  void end_stream(std::string_view why) override { ended_by = why; }
  std::string ended_by;
};

Task<> read(store::CachedUserStore& users, std::string username, std::shared_ptr<const identity::User>& found) {
  const auto user = co_await users.find(std::move(username));
  found = user.value();
}

/// What a worker has, on the test's own thread: alice, bob and their streams.
class Streams {
 public:
  Streams() {
    store.put("alice", "hash");
    store.put("bob", "hash");
    timer_.on_tick([this] { all.tend(); });
    timer_.start();
  }
  ~Streams() {
    timer_.stop();
    io_.restart();
    io_.run();
  }

  StreamTerms terms_of(const std::string& username) {
    auto claims = std::make_shared<identity::TokenClaims>();
    claims->subject = claims->username = username;
    StreamTerms terms;
    terms.principal.token = std::move(claims);
    terms.principal.user = find(username);
    config::Diagnostics diagnostics;
    terms.access = policy::AccessRule::compile({}, {}, diagnostics);
    return terms;
  }

  std::shared_ptr<const identity::User> find(const std::string& username) {
    std::shared_ptr<const identity::User> found;
    boost::asio::co_spawn(io_, read(users, username, found), boost::asio::detached);
    EXPECT_TRUE(run_until([&] { return found != nullptr; }));
    return found;
  }

  void disable(std::string_view username) {
    ASSERT_TRUE(store.update(username, [](store::StoredUser& row) { row.user.disabled = true; }));
  }

  bool run_until(const std::function<bool()>& condition, std::chrono::milliseconds limit = 20s) {
    const SteadyTime end = steady_now() + limit;
    while (!condition() && steady_now() < end) {
      io_.restart();
      io_.run_for(10ms);
    }
    return condition();
  }

 private:
  boost::asio::io_context io_{1};
  async::CoarseTimer timer_{io_.get_executor()};
  async::BlockingPool pool_{1, 64};

 public:
  TestUserStore store;
  store::CachedUserStore users{io_.get_executor(), store, pool_, nullptr, {.local_ttl = 10ms, .absent_ttl = 10ms}};
  OpenStreams all{io_.get_executor(), users, timer_, {.local_ttl = 10ms}};
};

TEST(OpenStreams, OfAChangedUserAreAskedAboutAndNoOthers) {
  Streams streams;
  Owner of_alice[2];
  Owner of_bob;
  const OpenStream first(streams.all, streams.terms_of("alice"), of_alice[0]);
  const OpenStream second(streams.all, streams.terms_of("alice"), of_alice[1]);
  const OpenStream other(streams.all, streams.terms_of("bob"), of_bob);
  streams.disable("alice");
  streams.disable("bob");  // of whom no word comes
  streams.users.forget("alice");
  streams.all.user_changed("alice");
  EXPECT_TRUE(streams.run_until([&] { return !of_alice[0].ended_by.empty() && !of_alice[1].ended_by.empty(); }));
  EXPECT_EQ(of_alice[0].ended_by, "user_disabled");
  EXPECT_EQ(of_alice[1].ended_by, "user_disabled");
  EXPECT_EQ(of_bob.ended_by, "");
  streams.users.forget_all();
  streams.all.all_users_changed();
  EXPECT_TRUE(streams.run_until([&] { return of_bob.ended_by == "user_disabled"; }));
}

TEST(OpenStreams, AreAskedAboutAgainAndAgainWhileNoWordComes) {
  Streams streams;
  Owner owner;
  const OpenStream stream(streams.all, streams.terms_of("alice"), owner);
  streams.disable("alice");
  EXPECT_FALSE(streams.run_until([&] { return !owner.ended_by.empty(); }, 1500ms)) << "word would come";
  streams.all.expect_no_word();
  EXPECT_TRUE(streams.run_until([&] { return owner.ended_by == "user_disabled"; }));
}

TEST(OpenStreams, WaitForAStoreThatIsDown) {
  Streams streams;
  Owner owner;
  const OpenStream stream(streams.all, streams.terms_of("alice"), owner);
  streams.store.failing = true;
  streams.users.forget("alice");
  streams.all.user_changed("alice");
  EXPECT_FALSE(streams.run_until([&] { return !owner.ended_by.empty(); }, 1500ms)) << "nobody knows";
  streams.store.failing = false;
  streams.disable("alice");
  EXPECT_TRUE(streams.run_until([&] { return owner.ended_by == "user_disabled"; })) << "it is asked again by itself";
}

TEST(OpenStreams, ThatHaveEndedAreForgotten) {
  Streams streams;
  Owner of_first;
  Owner of_second;
  auto first = std::make_unique<OpenStream>(streams.all, streams.terms_of("alice"), of_first);
  auto second = std::make_unique<OpenStream>(streams.all, streams.terms_of("alice"), of_second);
  second.reset();
  streams.disable("alice");
  streams.users.forget("alice");
  streams.all.user_changed("alice");
  EXPECT_TRUE(streams.run_until([&] { return !of_first.ended_by.empty(); }));
  EXPECT_EQ(of_second.ended_by, "");
  first.reset();
  streams.all.user_changed("alice");
  EXPECT_FALSE(streams.run_until([&] { return !of_second.ended_by.empty(); }, 50ms));
}

}  // namespace
}  // namespace bearward::pipeline
