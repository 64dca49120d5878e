#include "endpoint/waiting_client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bearward::endpoint {
namespace {

using namespace std::chrono_literals;

struct Pair {
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0); }
  ~Pair() {
    ::close(ends[0]);
    if (ends[1] >= 0) ::close(ends[1]);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  int ends[2] = {-1, -1};
};

TEST(WaitingClient, HasGivenUpWhenItsPeerIsGoneAfterAWait) {
  struct Case {
    const char* name;
    void (*peer)(Pair&);
    std::chrono::milliseconds waited;
    bool given_up;
  };
  const auto stays = [](Pair&) {};
  const auto closes = [](Pair& pair) { ::close(std::exchange(pair.ends[1], -1)); };
  const auto ends_its_side = [](Pair& pair) { ::shutdown(pair.ends[1], SHUT_WR); };
  const auto says_goodbye = [](Pair& pair) {
    EXPECT_EQ(::write(pair.ends[1], "bye", 3), 3);
    ::close(std::exchange(pair.ends[1], -1));
  };
  const Case cases[] = {{"still there", stays, 60s, false},
                        {"closed, after a long wait", closes, 60s, true},
                        {"closed, with bytes that nobody read", says_goodbye, 60s, true},
                        {"ended its side, and then waited", ends_its_side, 60s, true},
                        {"ended its side with the request", ends_its_side, 5ms, false},
                        {"closed at once: one hash, as for anybody", closes, 5ms, false}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Pair pair;
    http::Connection connection;
    connection.socket = pair.ends[0];
    c.peer(pair);
    const SteadyTime since = steady_now();
    EXPECT_EQ(WaitingClient(connection, since).has_given_up(since + c.waited), c.given_up);
  }
}

TEST(WaitingClient, WaitsForEverWithoutASocket) {
  EXPECT_FALSE(WaitingClient(http::Connection{}, SteadyTime{}).has_given_up(steady_now()));
}

}  // namespace
}  // namespace bearward::endpoint
