#include "crypto/ticket_keys.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace bearward::crypto {
namespace {

using namespace std::chrono_literals;

std::string octets_from(char first, std::size_t size) {
  std::string octets(size, '\0');
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<char>(first + static_cast<char>(i));
  return octets;
}

std::string text_of(std::span<const unsigned char> octets) { return {octets.begin(), octets.end()}; }

TEST(TicketKey, IsReadAsNginxReadsIt) {
  const std::string file = octets_from(0, 80);
  const auto long_key = TicketKey::from_file(file);
  ASSERT_TRUE(long_key);
  EXPECT_EQ(text_of(long_key->name), file.substr(0, 16));
  EXPECT_EQ(text_of(long_key->mac_key), file.substr(16, 32));
  EXPECT_EQ(text_of(long_key->cipher_key), file.substr(48));
  EXPECT_EQ(long_key->key_bytes, 32U);

  const auto short_key = TicketKey::from_file(file.substr(0, 48));
  ASSERT_TRUE(short_key);
  EXPECT_EQ(text_of(short_key->cipher_key).substr(0, 16), file.substr(16, 16));
  EXPECT_EQ(text_of(short_key->mac_key).substr(0, 16), file.substr(32, 16));
  EXPECT_EQ(short_key->key_bytes, 16U);
  for (const std::size_t size : {0U, 16U, 47U, 49U, 79U, 81U}) {
    EXPECT_FALSE(TicketKey::from_file(octets_from(0, size))) << size;
  }
}

TEST(GivenTicketKeys, TheFirstSealsAndAllOpen) {
  const Secret files[] = {Secret(octets_from('a', 80)), Secret(octets_from('A', 48))};
  const auto keys = given_ticket_keys(files);
  ASSERT_TRUE(keys);
  const TicketKey first = (*keys)->sealer({});
  EXPECT_EQ(text_of(first.name), octets_from('a', 16));
  const auto opener = (*keys)->opener(first.name, {});
  ASSERT_TRUE(opener);
  EXPECT_TRUE(opener->newest);
  const auto older = (*keys)->opener(TicketKey::from_file(octets_from('A', 48))->name, {});
  ASSERT_TRUE(older);
  EXPECT_FALSE(older->newest);
  EXPECT_FALSE((*keys)->opener(TicketKey::random().name, {}));
}

TEST(GivenTicketKeys, AreRefusedWhereTheyCannotBeUsed) {
  const Secret short_file[] = {Secret(octets_from('a', 80)), Secret(octets_from('b', 32))};
  const auto too_short = given_ticket_keys(short_file);
  ASSERT_FALSE(too_short);
  EXPECT_EQ(too_short.error().index, 1U);
  EXPECT_EQ(too_short.error().problem, "found 32 octets, expected 48 or 80; openssl rand 80 makes a key");
  const Secret twice[] = {Secret(octets_from('a', 80)), Secret(octets_from('a', 80))};
  EXPECT_EQ(given_ticket_keys(twice).error().index, 1U);
}

TEST(RotatingTicketKeys, SealForTwelveHoursAndOpenForADayMore) {
  RotatingTicketKeys keys;
  const SteadyTime start{1000h};
  const TicketKey first = keys.sealer(start);
  EXPECT_EQ(keys.sealer(start + 12h - 1s).name, first.name);
  const TicketKey second = keys.sealer(start + 12h);
  EXPECT_NE(second.name, first.name);
  EXPECT_NE(second.cipher_key, first.cipher_key);
  const auto old_one = keys.opener(first.name, start + 12h);
  ASSERT_TRUE(old_one);
  EXPECT_FALSE(old_one->newest);
  EXPECT_EQ(old_one->key.mac_key, first.mac_key);
  EXPECT_TRUE(keys.opener(second.name, start + 12h)->newest);
  keys.sealer(start + 24h);
  EXPECT_TRUE(keys.opener(first.name, start + 36h - 1s));
  EXPECT_FALSE(keys.opener(first.name, start + 36h));
  EXPECT_TRUE(keys.opener(second.name, start + 36h));
}

TEST(RotatingTicketKeys, AreOneForTheProcess) { EXPECT_EQ(ticket_keys_of_process(), ticket_keys_of_process()); }

}  // namespace
}  // namespace bearward::crypto
