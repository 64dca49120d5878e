#include "store/redis/user_record.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/redis_server.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;
using testing::RedisServer;

identity::User alice(std::int64_t version, bool disabled = false) {
  return {.username = "alice",
          .email = "alice@example.org",
          .full_name = "Alice \"A\" Älter\n",
          .roles = {"admin", "a,b"},
          .disabled = disabled,
          .tokens_not_before = UnixMilliseconds{1'700'000'000'456ms},
          .revoked = {"0190-a", "0190-b"},
          .version = version};
}

UserRecord record_of(const identity::User& user) {
  return {.state = {user, user.version}, .read_at = WallTime{1'750'000'000'123ms}};
}

UserRecord tombstone(std::int64_t version) {
  return {.state = {std::nullopt, version}, .read_at = WallTime{1'750'000'000'123ms}};
}

TEST(UserRecord, ReadsBackWhatItWrote) {
  const auto read = decode_record(encode_record("alice", record_of(alice(7))), "alice");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state.user, alice(7));
  EXPECT_EQ(read->state.version, 7);
  EXPECT_EQ(read->read_at, WallTime{1'750'000'000'123ms});
  const auto gone = decode_record(encode_record("alice", tombstone(8)), "alice");
  ASSERT_TRUE(gone);
  EXPECT_FALSE(gone->state.user);
  EXPECT_EQ(gone->state.version, 8);
}

TEST(UserRecord, IsAMissWhenItIsNotWhatWeWrite) {
  const std::string good = encode_record("alice", record_of(alice(7)));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = good;
    const std::size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return changed.replace(at, from.size(), to);
  };
  struct Case {
    const char* name;
    std::string text;
  };
  const Case cases[] = {
      {"nothing", ""},
      {"no JSON", "OK"},
      {"cut short", good.substr(0, good.size() - 1)},
      {"more after it", good + "x"},
      {"a list", "[]"},
      {"an empty object", "{}"},
      {"another user's record", encode_record("bob", record_of(alice(7)))},
      {"disabled as a text", with("\"disabled\":false", "\"disabled\":\"false\"")},
      {"disabled as null", with("\"disabled\":false", "\"disabled\":null")},
      {"no member disabled", with("\"disabled\":false,", "")},
      {"a member too many", with("\"disabled\":false", "\"disabled\":false,\"x\":1")},
      {"roles as a text", with("[\"admin\",\"a,b\"]", "\"admin\"")},
      {"a role that is a number", with("\"admin\"", "1")},
      {"a version that is a text", with("\"version\":7", "\"version\":\"7\"")},
      {"a negative version", with("\"version\":7", "\"version\":-7")},
      {"a version with a fraction", with("\"version\":7", "\"version\":7.5")},
      {"a version over all numbers", with("\"version\":7", "\"version\":99999999999999999999")},
      {"a record of before tokens could be revoked", with(",\"revoked\":[\"0190-a\",\"0190-b\"]", "")},
      {"revoked as a text", with("[\"0190-a\",\"0190-b\"]", "\"0190-a\"")},
      {"revoked ids out of order", with("[\"0190-a\",\"0190-b\"]", "[\"0190-b\",\"0190-a\"]")},
      {"a revoked id twice", with("[\"0190-a\",\"0190-b\"]", "[\"0190-a\",\"0190-a\"]")},
      {"tokens_not_before in seconds, as before", with("tokens_not_before_ms", "tokens_not_before")},
      {"no time", with("\"read_at\":1750000000123,", "")},
      {"a tombstone that is none", R"({"version":7,"read_at":1,"username":"alice","deleted":false})"},
      {"over 64 KiB", with("Alice", std::string(70'000, 'A'))}};
  ASSERT_TRUE(decode_record(good, "alice"));
  for (const Case& c : cases) EXPECT_FALSE(decode_record(c.text, "alice")) << c.name;
}

TEST(UserRecord, NoTwoUsersShareAKeyOrAMessage) {
  const std::pair<const char*, const char*> users[] = {{"", "alice"},
                                                       {"", "Alice"},
                                                       {"", "local:alice"},
                                                       {"", "@idp:alice"},
                                                       {"idp", "alice"},
                                                       {"idp:alice", ""},
                                                       {"idp:", "alice"},
                                                       {"https://idp.test", "a:b"},
                                                       {"https://idp.test:a", "b"},
                                                       {"", "a%3Ab"},
                                                       {"", "a:b"},
                                                       {"local", "alice"},
                                                       {"", "a b"},
                                                       {"", "a+b"}};
  std::vector<std::string> keys;
  for (const auto& [issuer, name] : users) {
    keys.push_back(record_key(issuer, name));
    EXPECT_EQ(keys.back().find_first_of(" \r\n"), std::string::npos);
    if (*name == '\0') continue;
    const auto parsed = parse_change_message(change_message(issuer, name));
    ASSERT_TRUE(parsed) << issuer << " " << name;
    EXPECT_EQ(*parsed, (std::pair<std::string, std::string>{issuer, name}));
  }
  std::ranges::sort(keys);
  EXPECT_EQ(std::ranges::adjacent_find(keys), keys.end());
  EXPECT_EQ(record_key("", "alice"), "bearward:user:local:alice");
  EXPECT_EQ(change_message("https://idp.test", "ü"), "@https%3A%2F%2Fidp.test:%C3%BC");
}

TEST(UserRecord, RefusesMessagesThatNobodySends) {
  for (const std::string& bad :
       {std::string{}, std::string{"alice"}, std::string{"local:"}, std::string{":alice"}, std::string{"@:alice"},
        std::string{"other:alice"}, std::string{"local:a:b"}, std::string{"local:%4"}, std::string{"local:%4x"},
        std::string{"local:%61"}, std::string{"local:%3a"}, std::string{"local:a b"},
        "local:" + std::string(10'000, 'a')})
    EXPECT_FALSE(parse_change_message(bad)) << bad.substr(0, 20);
}

class RecordInRedisTest : public ::testing::Test {
 protected:
  std::string offer(const UserRecord& record) { return redis_.command(offer_command("", "alice", record, 60s)); }
  std::string announce(const UserRecord& record, Publish publish) {
    return redis_.command(announce_command("", "alice", record, 60s, 0, publish));
  }
  std::int64_t version() {
    const auto record = decode_record(redis_.command({"GET", record_key("", "alice")}), "alice");
    return record ? record->state.version : -1;
  }

  RedisServer redis_;
};

TEST_F(RecordInRedisTest, AnOlderVersionNeverReplacesANewerOne) {
  offer(record_of(alice(5)));
  EXPECT_EQ(version(), 5);
  announce(record_of(alice(7, true)), Publish::always);
  EXPECT_EQ(version(), 7);
  EXPECT_EQ(offer(record_of(alice(5))), "0") << "a reader that began before the change";
  EXPECT_EQ(announce(record_of(alice(6)), Publish::always), "0") << "two writers whose words overtook each other";
  EXPECT_EQ(version(), 7);
  announce(tombstone(8), Publish::always);
  EXPECT_EQ(offer(record_of(alice(7))), "0") << "a reader does not bring a deleted user back";
  EXPECT_EQ(version(), 8);
  EXPECT_EQ(offer(record_of(alice(10))), "1") << "added again, as the store's versions only grow";
  EXPECT_EQ(version(), 10);
}

TEST_F(RecordInRedisTest, GarbageUnderItsKeyIsReplaced) {
  const std::string key = record_key("", "alice");
  redis_.command({"SET", key, "garbage"});
  EXPECT_EQ(offer(record_of(alice(5))), "1");
  EXPECT_EQ(version(), 5);
  redis_.command({"DEL", key});
  redis_.command({"LPUSH", key, "a list"});
  EXPECT_EQ(offer(record_of(alice(6))), "1");
  EXPECT_EQ(version(), 6);
}

TEST_F(RecordInRedisTest, LivesForItsTtlFromTheLastTimeItWasRead) {
  offer(record_of(alice(5)));
  redis_.command({"PEXPIRE", record_key("", "alice"), "1000"});
  EXPECT_EQ(offer(record_of(alice(5))), "0");
  EXPECT_GT(std::stoi(redis_.command({"PTTL", record_key("", "alice")})), 50'000);
}

TEST_F(RecordInRedisTest, PublishesAsTold) {
  // MONITOR would need a second connection; the server's own count of published messages will do.
  const auto published = [&] {
    const std::string stats = redis_.command({"INFO", "commandstats"});
    const std::size_t at = stats.find("cmdstat_publish:calls=");
    return at == std::string::npos ? 0 : std::stoi(stats.substr(at + 22));
  };
  announce(record_of(alice(5)), Publish::when_newer);
  EXPECT_EQ(published(), 1) << "Redis did not have it";
  announce(record_of(alice(5)), Publish::when_newer);
  EXPECT_EQ(published(), 1) << "it had it";
  announce(record_of(alice(4)), Publish::when_newer);
  EXPECT_EQ(published(), 1) << "it had a newer one";
  announce(record_of(alice(4)), Publish::always);
  EXPECT_EQ(published(), 2);
  offer(record_of(alice(9)));
  EXPECT_EQ(published(), 2) << "readers publish nothing";
}

}  // namespace
}  // namespace bearward::store
