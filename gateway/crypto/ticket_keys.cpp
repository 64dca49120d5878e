#include "crypto/ticket_keys.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "crypto/random.h"

namespace bearward::crypto {
namespace {

class GivenTicketKeys final : public TicketKeys {
 public:
  explicit GivenTicketKeys(std::vector<TicketKey> keys) : keys_(std::move(keys)) {}

  TicketKey sealer(SteadyTime) override { return keys_.front(); }

  std::optional<Opener> opener(std::span<const unsigned char, 16> name, SteadyTime) override {
    const auto found =
        std::ranges::find_if(keys_, [&](const TicketKey& k) { return std::ranges::equal(k.name, name); });
    if (found == keys_.end()) return std::nullopt;
    return Opener{*found, found == keys_.begin()};
  }

 private:
  const std::vector<TicketKey> keys_;
};

}  // namespace

TicketKey::~TicketKey() {
  OPENSSL_cleanse(cipher_key.data(), cipher_key.size());
  OPENSSL_cleanse(mac_key.data(), mac_key.size());
}

std::optional<TicketKey> TicketKey::from_file(std::string_view octets) {
  if (octets.size() != 48 && octets.size() != 80) return std::nullopt;
  TicketKey key;
  key.key_bytes = octets.size() == 48 ? 16 : 32;
  const std::string_view first = octets.substr(16, key.key_bytes);
  const std::string_view second = octets.substr(16 + key.key_bytes);
  const bool is_short = octets.size() == 48;
  std::ranges::copy(octets.substr(0, 16), key.name.begin());
  std::ranges::copy(is_short ? first : second, key.cipher_key.begin());
  std::ranges::copy(is_short ? second : first, key.mac_key.begin());
  return key;
}

TicketKey TicketKey::random() {
  TicketKey key;
  random_bytes(key.name);
  random_bytes(key.cipher_key);
  random_bytes(key.mac_key);
  return key;
}

Result<std::shared_ptr<TicketKeys>, BadTicketKey> given_ticket_keys(std::span<const Secret> files) {
  std::vector<TicketKey> keys;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string_view octets = files[i].reveal();
    const auto key = TicketKey::from_file(octets);
    if (!key) {
      return std::unexpected(BadTicketKey{
          i, "found " + std::to_string(octets.size()) + " octets, expected 48 or 80; openssl rand 80 makes a key"});
    }
    const auto is_same = [&](const TicketKey& each) { return each.name == key->name; };
    if (std::ranges::any_of(keys, is_same)) {
      return std::unexpected(BadTicketKey{i, "found a key that an earlier file has too, expected another"});
    }
    keys.push_back(*key);
  }
  return std::make_shared<GivenTicketKeys>(std::move(keys));
}

TicketKey RotatingTicketKeys::sealer(SteadyTime now) {
  const std::scoped_lock lock(mutex_);
  if (keys_.empty() || now - keys_.front().made >= seals_for) keys_.insert(keys_.begin(), {TicketKey::random(), now});
  forget_old(now);
  return keys_.front().key;
}

std::optional<TicketKeys::Opener> RotatingTicketKeys::opener(std::span<const unsigned char, 16> name, SteadyTime now) {
  const std::scoped_lock lock(mutex_);
  forget_old(now);
  const auto found = std::ranges::find_if(keys_, [&](const Dated& k) { return std::ranges::equal(k.key.name, name); });
  if (found == keys_.end()) return std::nullopt;
  return Opener{found->key, now - found->made < seals_for};
}

void RotatingTicketKeys::forget_old(SteadyTime now) {
  std::erase_if(keys_, [now](const Dated& each) { return now - each.made >= seals_for + opens_for; });
}

const std::shared_ptr<TicketKeys>& ticket_keys_of_process() {
  static const std::shared_ptr<TicketKeys> keys = std::make_shared<RotatingTicketKeys>();
  return keys;
}

}  // namespace bearward::crypto
