#include "store/redis/invalidation_channel.h"

#include <gtest/gtest.h>

#include "fake_redis.h"
#include "loop.h"
#include "store/redis/redis_reply.h"
#include "store/redis/user_record.h"
#include "support/redis_server.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;
using testing::FakeRedis;
using testing::Loop;
using testing::RedisServer;

class InvalidationChannelTest : public ::testing::Test {
 protected:
  ~InvalidationChannelTest() override {
    channel_.reset();
    fake_.reset();
    EXPECT_TRUE(loop_.run_out()) << "closed, it leaves nothing to do";
  }

  void listen_to(std::uint16_t port, int database = 0) {
    RedisSettings settings;
    settings.server.host = "127.0.0.1";
    settings.server.port = port;
    settings.server.database = database;
    settings.first_backoff = 5ms;
    settings.max_backoff = 20ms;
    settings.connect_timeout = 300ms;
    settings.ping_interval = ping_interval_;
    channel_ = std::make_unique<InvalidationChannel>(
        loop_.executor(), settings,
        InvalidationChannel::Callbacks{
            .on_up = [this] { log_ += "up "; },
            .on_down = [this] { log_ += "down "; },
            .on_change = [this](std::string_view issuer,
                                std::string_view name) { log_ += std::string{issuer} + "/" + std::string{name} + " "; },
            .on_change_of_all = [this] { log_ += "all "; }});
    channel_->start();
  }
  bool logs(const std::string& expected) {
    return loop_.run_until([&] { return log_ == expected; });
  }
  bool is(bool up) {
    return loop_.run_until([&] { return channel_->up() == up; });
  }

  Loop loop_;
  std::chrono::milliseconds ping_interval_ = 10s;
  std::unique_ptr<FakeRedis> fake_;
  std::string log_;
  std::unique_ptr<InvalidationChannel> channel_;
};

TEST_F(InvalidationChannelTest, HearsWhoChangedInOrder) {
  RedisServer redis;
  listen_to(redis.port());
  ASSERT_TRUE(logs("up "));
  EXPECT_EQ(redis.command({"PUBLISH", change_channel(0), change_message("", "alice")}), "1");
  redis.command({"PUBLISH", change_channel(0), change_message("https://idp.test", "b:c")});
  redis.command({"PUBLISH", change_channel(1), change_message("", "of another database")});
  redis.command({"PUBLISH", change_channel(0), "what a later version may say"});
  redis.command({"PUBLISH", change_channel(0), change_message("", "dora")});
  EXPECT_TRUE(logs("up /alice https://idp.test/b:c all /dora ")) << log_;
}

TEST_F(InvalidationChannelTest, ComesBackAfterACrash) {
  RedisServer redis;
  listen_to(redis.port());
  ASSERT_TRUE(logs("up "));
  redis.stop();
  ASSERT_TRUE(logs("up down "));
  EXPECT_NE(channel_->problem(), "");
  redis.start();
  ASSERT_TRUE(logs("up down up "));
  redis.command({"PUBLISH", change_channel(0), change_message("", "alice")});
  EXPECT_TRUE(logs("up down up /alice "));
}

TEST_F(InvalidationChannelTest, NoticesAFrozenServerWithinTwoPings) {
  ping_interval_ = 100ms;
  RedisServer redis;
  listen_to(redis.port());
  ASSERT_TRUE(is(true));
  redis.freeze();
  const auto frozen = std::chrono::steady_clock::now();
  ASSERT_TRUE(is(false));
  EXPECT_LT(std::chrono::steady_clock::now() - frozen, 4s);
  EXPECT_EQ(channel_->problem(), to_string(RedisError::timed_out));
  redis.thaw();
  EXPECT_TRUE(is(true));
}

TEST_F(InvalidationChannelTest, StaysUpWhileAQuietServerAnswersItsPings) {
  ping_interval_ = 5ms;
  RedisServer redis;
  listen_to(redis.port());
  ASSERT_TRUE(is(true));
  const auto pings = [&] {
    const std::string stats = redis.command({"INFO", "commandstats"});
    const std::size_t at = stats.find("cmdstat_ping:calls=");
    return at == std::string::npos ? 0 : std::stoi(stats.substr(at + 19));
  };
  ASSERT_TRUE(loop_.run_until([&] { return pings() > 20 || !channel_->up(); }));
  EXPECT_EQ(log_.substr(0, 3), "up ");
}

TEST_F(InvalidationChannelTest, IsNotUpBeforeTheServerHasSubscribedIt) {
  for (const char* answer :
       {"", "+OK\r\n", "-ERR no\r\n", "-NOPERM no\r\n", "*0\r\n", "garbage\r\n", "$99999999\r\n"}) {
    SCOPED_TRACE(answer);
    log_.clear();
    fake_ = std::make_unique<FakeRedis>(loop_.executor(), [=](const std::string& received) {
      return received.find("PING") != std::string::npos ? "+PONG\r\n" : answer;
    });
    listen_to(fake_->port());
    EXPECT_TRUE(loop_.run_until([&] { return fake_->connections() >= 2; })) << "it tries again";
    EXPECT_EQ(log_, "");
    channel_->close();
  }
}

TEST_F(InvalidationChannelTest, GoesDownWhenGarbageComes) {
  const std::string subscribed = "*3\r\n$9\r\nsubscribe\r\n$18\r\nbearward:changes:0\r\n:1\r\n";
  const std::string cases[] = {"?\r\n",
                               "+OK\r\n",
                               "*3\r\n$7\r\nmessage\r\n$5\r\nother\r\n$1\r\na\r\n",
                               "*3\r\n$7\r\nmessage\r\n$18\r\nbearward:changes:0\r\n:1\r\n",
                               "*2000\r\n",
                               "$100000\r\n" + std::string(100'000, 'a')};
  for (const std::string& garbage : cases) {
    SCOPED_TRACE(garbage.substr(0, 20));
    fake_ = std::make_unique<FakeRedis>(loop_.executor(), [=](const std::string& received) {
      return received.find("PING") != std::string::npos ? "+PONG\r\n" : subscribed;
    });
    listen_to(fake_->port());
    ASSERT_TRUE(is(true));
    log_.clear();
    fake_->send(garbage);
    EXPECT_TRUE(loop_.run_until([&] { return log_.starts_with("down "); })) << log_;
    channel_->close();
  }
}

TEST_F(InvalidationChannelTest, ClosedItCallsNobody) {
  RedisServer redis;
  listen_to(redis.port());
  ASSERT_TRUE(logs("up "));
  channel_->close();
  redis.command({"PUBLISH", change_channel(0), change_message("", "alice")});
  EXPECT_TRUE(loop_.run_out(5s));
  EXPECT_EQ(log_, "up ");
}

}  // namespace
}  // namespace bearward::store
