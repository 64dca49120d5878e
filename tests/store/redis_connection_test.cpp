#include "store/redis/redis_connection.h"

#include <gtest/gtest.h>

#include "fake_redis.h"
#include "loop.h"
#include "support/redis_server.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;
using testing::FakeRedis;
using testing::Loop;
using testing::RedisServer;

using Answer = Result<RedisReply, RedisError>;

RedisSettings settings_for(std::uint16_t port) {
  RedisSettings settings;
  settings.server.host = "127.0.0.1";
  settings.server.port = port;
  settings.first_backoff = 5ms;
  settings.max_backoff = 20ms;
  settings.command_timeout = 2s;  // these tests share their machine; where time matters they set it
  return settings;
}

class RedisConnectionTest : public ::testing::Test {
 protected:
  ~RedisConnectionTest() override {
    if (connection_) connection_->close();
    fake_.reset();
    EXPECT_TRUE(loop_.run_out()) << "closed, it leaves nothing to do";
  }

  void connect(RedisSettings settings) {
    connection_ = RedisConnection::create(loop_.executor(), std::move(settings));
    connection_->start();
  }
  bool comes_up() {
    return loop_.run_until([&] { return connection_->up(); });
  }
  bool goes_down() {
    return loop_.run_until([&] { return !connection_->up(); });
  }
  Answer ask(std::vector<std::string> arguments) { return loop_.run(connection_->command(std::move(arguments))); }
  // Sends without waiting: the answer appears in `answers_`.
  void ask_later(std::vector<std::string> arguments) {
    loop_.spawn<Answer>(connection_->command(std::move(arguments)),
                        [this](Answer answer) { answers_.push_back(std::move(answer)); });
  }
  bool have_answers(std::size_t count) {
    return loop_.run_until([&] { return answers_.size() == count; });
  }

  Loop loop_;
  std::unique_ptr<FakeRedis> fake_;
  std::shared_ptr<RedisConnection> connection_;
  std::vector<Answer> answers_;
};

TEST_F(RedisConnectionTest, GivesEveryCommandItsOwnAnswer) {
  const RedisServer server;
  connect(settings_for(server.port()));
  ASSERT_TRUE(comes_up());
  EXPECT_EQ(connection_->problem(), "");
  constexpr std::size_t commands = 500;
  for (std::size_t i = 0; i < commands; ++i) ask_later({"ECHO", "answer " + std::to_string(i)});
  ASSERT_TRUE(have_answers(commands));
  for (std::size_t i = 0; i < commands; ++i) {
    ASSERT_TRUE(answers_[i]);
    EXPECT_EQ(answers_[i]->text, "answer " + std::to_string(i));
  }
}

TEST_F(RedisConnectionTest, CarriesAnyBytes) {
  const RedisServer server;
  connect(settings_for(server.port()));
  ASSERT_TRUE(comes_up());
  const std::string key("k\0\r\n$3\r\n", 8), value("\r\n+OK\r\n\0\xff", 9);
  ASSERT_TRUE(ask({"SET", key, value}));
  EXPECT_EQ(ask({"GET", key})->text, value);
  EXPECT_EQ(ask({"GET", "nothing"})->kind, RedisReply::Kind::nil);
  EXPECT_EQ(ask({"GET", ""})->kind, RedisReply::Kind::nil);
}

TEST_F(RedisConnectionTest, TellsAnErrorFromAnAnswer) {
  const RedisServer server;
  connect(settings_for(server.port()));
  ASSERT_TRUE(comes_up());
  ASSERT_TRUE(ask({"LPUSH", "list", "x"}));
  EXPECT_EQ(ask({"GET", "list"}).error(), RedisError::refused);
  EXPECT_EQ(connection_->refusal(), "WRONGTYPE");
  EXPECT_EQ(ask({"NO_SUCH_COMMAND", "secret"}).error(), RedisError::refused);
  EXPECT_EQ(connection_->refusal(), "ERR");
  EXPECT_EQ(ask({"PING"})->text, "PONG") << "the connection goes on";
}

TEST_F(RedisConnectionTest, SendsNothingWhileDownAndComesUpWithTheServer) {
  RedisServer server;
  server.stop();
  connect(settings_for(server.port()));
  EXPECT_EQ(ask({"PING"}).error(), RedisError::down);
  ASSERT_TRUE(loop_.run_until([&] { return connection_->problem() != "not connected yet"; }));
  EXPECT_EQ(ask({"PING"}).error(), RedisError::down);
  server.start();
  ASSERT_TRUE(comes_up());
  EXPECT_EQ(ask({"PING"})->text, "PONG");
}

TEST_F(RedisConnectionTest, ComesBackAfterACrash) {
  RedisServer server;
  connect(settings_for(server.port()));
  std::vector<bool> states;
  connection_->on_state([&](bool up) { states.push_back(up); });
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(comes_up());
    EXPECT_TRUE(ask({"SET", "a", "b"}));
    server.stop();
    ASSERT_TRUE(goes_down());
    EXPECT_EQ(ask({"PING"}).error(), RedisError::down);
    server.start();
  }
  EXPECT_TRUE(comes_up());
  EXPECT_EQ(states, (std::vector<bool>{true, false, true, false, true, false, true}));
}

TEST_F(RedisConnectionTest, AFrozenServerCostsOneDeadlineAndItsLateAnswersReachNobody) {
  RedisServer server;
  RedisSettings settings = settings_for(server.port());
  settings.command_timeout = 50ms;
  settings.connect_timeout = 200ms;
  connect(settings);
  ASSERT_TRUE(comes_up());
  server.freeze();
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) ask_later({"ECHO", "before"});
  ASSERT_TRUE(have_answers(10));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  EXPECT_EQ(answers_.front().error(), RedisError::timed_out);
  for (const Answer& answer : answers_) {  // the first deadline that passes ends the connection for all
    EXPECT_TRUE(answer.error() == RedisError::timed_out || answer.error() == RedisError::closed);
  }
  EXPECT_FALSE(connection_->up());
  EXPECT_EQ(ask({"PING"}).error(), RedisError::down) << "the next one does not wait at all";
  server.thaw();
  ASSERT_TRUE(comes_up());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask({"ECHO", "after"})->text, "after");
}

TEST_F(RedisConnectionTest, RefusesMoreThanItsBoundAtOnce) {
  RedisServer server;
  RedisSettings settings = settings_for(server.port());
  settings.max_in_flight = 4;
  settings.command_timeout = 100ms;
  connect(settings);
  ASSERT_TRUE(comes_up());
  server.freeze();
  for (int i = 0; i < 4; ++i) ask_later({"PING"});
  ASSERT_TRUE(loop_.run_until([&] { return connection_->in_flight() == 4; }));
  EXPECT_EQ(ask({"PING"}).error(), RedisError::busy);
  connection_->send({"PING"});
  EXPECT_LE(connection_->in_flight(), 4U);
  ASSERT_TRUE(have_answers(4));
  server.thaw();
  EXPECT_TRUE(comes_up());
  EXPECT_TRUE(ask({"PING"}));
}

TEST_F(RedisConnectionTest, ClosedItEndsAllThatWaits) {
  RedisServer server;
  RedisSettings settings = settings_for(server.port());
  settings.command_timeout = 60s;
  connect(settings);
  ASSERT_TRUE(comes_up());
  server.freeze();
  for (int i = 0; i < 5; ++i) ask_later({"PING"});
  ASSERT_TRUE(loop_.run_until([&] { return connection_->in_flight() == 5; }));
  connection_->close();
  EXPECT_FALSE(connection_->up());
  ASSERT_TRUE(have_answers(5));
  for (const Answer& answer : answers_) EXPECT_EQ(answer.error(), RedisError::closed);
  EXPECT_TRUE(loop_.run_out(5s));
}

TEST_F(RedisConnectionTest, ClosesWhileItIsStillConnecting) {
  RedisServer server;
  server.freeze();
  RedisSettings settings = settings_for(server.port());
  settings.connect_timeout = 60s;
  connect(settings);
  loop_.context().run_for(20ms);
  connection_->close();
  EXPECT_TRUE(loop_.run_out(5s));
}

TEST_F(RedisConnectionTest, LogsInAndChoosesItsDatabase) {
  const RedisServer server({"--requirepass", "a-password", "--user", "bear", "on", ">claws", "~*", "&*", "+@all"});
  RedisSettings settings = settings_for(server.port());
  settings.server.database = 3;
  settings.server.password = Secret{"a-password"};
  connect(settings);
  ASSERT_TRUE(comes_up());
  ASSERT_TRUE(ask({"SET", "key", "in three"}));
  connection_->close();

  settings.server.username = "bear";
  settings.server.password = Secret{"claws"};
  connect(settings);
  ASSERT_TRUE(comes_up());
  EXPECT_EQ(ask({"GET", "key"})->text, "in three");
  EXPECT_EQ(ask({"ACL", "WHOAMI"})->text, "bear");
}

TEST_F(RedisConnectionTest, StaysDownWithoutTheRightLoginAndNeverRepeatsThePassword) {
  const RedisServer server({"--requirepass", "a-password"});
  struct Case {
    const char* name;
    const char* password;
    int database;
    const char* expected;
  };
  const Case cases[] = {{"a wrong password", "hunter2", 0, "the server refused: WRONGPASS"},
                        {"no password", "", 0, "the server refused: NOAUTH"},
                        {"no such database", "a-password", 9999, "the server refused: ERR"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    RedisSettings settings = settings_for(server.port());
    settings.server.password = Secret{c.password};
    settings.server.database = c.database;
    connect(settings);
    EXPECT_TRUE(loop_.run_until([&] { return connection_->problem() == c.expected; })) << connection_->problem();
    EXPECT_FALSE(connection_->up());
    connection_->close();
  }
}

TEST_F(RedisConnectionTest, NeverComesUpAgainstAServerOfAnotherKind) {
  for (const char* greeting : {"HTTP/1.1 400 Bad Request\r\n\r\n", "+OK\r\n", ":1\r\n", "$-1\r\n", "*0\r\n",
                               "$99999999999999\r\n", "\x16\x03\x01"}) {
    SCOPED_TRACE(greeting);
    fake_ = std::make_unique<FakeRedis>(loop_.executor(), [=](const std::string&) { return greeting; });
    RedisSettings settings = settings_for(fake_->port());
    settings.connect_timeout = 100ms;
    connect(settings);
    ASSERT_TRUE(loop_.run_until([&] { return fake_->connections() >= 2; })) << "it tries again";
    EXPECT_FALSE(connection_->up());
    connection_->close();
  }
}

TEST_F(RedisConnectionTest, ClosesAConnectionOnWhichGarbageComes) {
  const std::string cases[] = {"?\r\n", "*1025\r\n", "$-7\r\n", "+one\r\n+two nobody asked for\r\n",
                               "$500000\r\n" + std::string(500'000, 'x') + "\r\n"};
  for (const std::string& garbage : cases) {
    SCOPED_TRACE(garbage.substr(0, 20));
    bool greeted = false;
    fake_ = std::make_unique<FakeRedis>(loop_.executor(), [&](const std::string& received) {
      if (received.find("PING") != std::string::npos) return std::string{"+PONG\r\n"};
      return std::exchange(greeted, true) ? std::string{} : garbage;
    });
    connect(settings_for(fake_->port()));
    ASSERT_TRUE(comes_up());
    ask_later({"GET", "a"});
    ASSERT_TRUE(loop_.run_until([&] { return fake_->connections() >= 2; }));
    ASSERT_TRUE(have_answers(1));
    EXPECT_TRUE(!answers_[0] || answers_[0]->text == "one") << "what came before the garbage was good";
    EXPECT_TRUE(comes_up());
    connection_->close();
    answers_.clear();
  }
}

}  // namespace
}  // namespace bearward::store
