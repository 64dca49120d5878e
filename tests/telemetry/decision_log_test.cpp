#include "telemetry/decision_log.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <thread>

namespace bearward::telemetry {
namespace {

Decision refusal(std::string_view id, std::string_view reason = "roles") {
  Decision decision;
  decision.request_id = id;
  decision.status = 403;
  decision.reason = reason;
  return decision;
}

TEST(DecisionLog, TellsAllThatIsKnownOfARefusal) {
  DecisionLog log(8);
  log.add({.request_id = "id-1",
           .time = UnixTime{std::chrono::seconds{1'000'000'000}},
           .status = 403,
           .client_ip = "192.0.2.1",
           .method = "GET",
           .host = "a.test",
           .path = "/a\"b",
           .user = "alice",
           .route = "office",
           .step = "authorize",
           .reason = "roles",
           .condition = "policies/a.yaml:7:12"});
  const auto found = log.find("id-1");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found,
            R"({"request_id":"id-1","time":"2001-09-09T01:46:40Z","status":403,"client_ip":"192.0.2.1","method":"GET",)"
            R"("host":"a.test","path":"/a\"b","user":"alice","route":"office","step":"authorize","reason":"roles",)"
            R"("condition":"policies/a.yaml:7:12"})");
  EXPECT_FALSE(log.find("id-2"));
  EXPECT_FALSE(log.find(""));
}

TEST(DecisionLog, LeavesOutWhatIsNotKnownAndSaysWhatOnlyWatches) {
  DecisionLog log(8);
  Decision decision = refusal("x");
  decision.shadow = true;
  log.add(decision);
  const auto parsed = boost::json::parse(log.find("x").value()).as_object();
  EXPECT_FALSE(parsed.contains("user"));
  EXPECT_EQ(parsed.at("shadow"), true);
}

TEST(DecisionLog, KeepsTheLastOnes) {
  DecisionLog log(3);
  for (const char* id : {"a", "b", "c", "d", "e"}) log.add(refusal(id));
  for (const char* gone : {"a", "b"}) EXPECT_FALSE(log.find(gone)) << gone;
  for (const char* kept : {"c", "d", "e"}) EXPECT_TRUE(log.find(kept)) << kept;
}

TEST(DecisionLog, TakesTheNewestOfOneId) {
  DecisionLog log(3);
  for (const char* reason : {"1", "2", "3", "4"}) log.add(refusal("same", reason));
  EXPECT_NE(log.find("same").value().find(R"("reason":"4")"), std::string::npos);
}

TEST(DecisionLog, IsBoundedWhateverAClientSends) {
  DecisionLog log(1);
  const std::string path(100'000, 'a');
  Decision decision = refusal("long");
  decision.path = path;
  log.add(decision);
  EXPECT_LT(log.find("long").value().size(), 1'000U);
}

TEST(DecisionLog, IsAskedWhileItGrows) {
  DecisionLog log(64);
  std::thread adds([&] {
    for (int i = 0; i < 2'000; ++i) log.add(refusal(std::to_string(i)));
  });
  for (int i = 0; i < 200; ++i) log.find(std::to_string(i));
  adds.join();
  EXPECT_TRUE(log.find("1999"));
}

}  // namespace
}  // namespace bearward::telemetry
