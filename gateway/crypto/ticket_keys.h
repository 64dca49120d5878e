#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace bearward::crypto {

/// What a TLS session ticket is sealed with (RFC 5077 §4): AES-CBC under HMAC-SHA-256, with 128 or 256 bits each.
/// Wiped when it goes.
struct TicketKey {
  using Name = std::array<unsigned char, 16>;

  TicketKey() = default;
  TicketKey(const TicketKey&) = default;
  TicketKey& operator=(const TicketKey&) = default;
  ~TicketKey();

  /// The files of nginx's ssl_session_ticket_key: 48 octets (name, AES-128, HMAC) or 80 (name, HMAC, AES-256).
  static std::optional<TicketKey> from_file(std::string_view octets);
  static TicketKey random();

  Name name{};  // stands in the ticket, in clear
  std::array<unsigned char, 32> cipher_key{};
  std::array<unsigned char, 32> mac_key{};
  std::size_t key_bytes = 32;  // of both
};

/// The keys of a listener's tickets. Asked by all workers, once a handshake.
class TicketKeys {
 public:
  struct Opener {
    TicketKey key;
    bool newest = false;  // else the client had better have a new ticket
  };

  virtual ~TicketKeys() = default;
  /// For new tickets.
  virtual TicketKey sealer(SteadyTime now) = 0;
  /// For a ticket that names its key; nothing where that is unknown.
  virtual std::optional<Opener> opener(std::span<const unsigned char, 16> name, SteadyTime now) = 0;
};

/// Keys that an operator gives and changes. The first seals, all open. The error says what is wrong with
/// which of them, counted from 0.
struct BadTicketKey {
  std::size_t index = 0;
  std::string problem;
};
Result<std::shared_ptr<TicketKeys>, BadTicketKey> given_ticket_keys(std::span<const Secret> files);

/// Random keys: each seals for 12 hours and opens for another 24, the longest life that a ticket may have.
/// Whoever steals the memory of the process cannot read what was recorded the day before yesterday.
class RotatingTicketKeys final : public TicketKeys {
 public:
  static constexpr std::chrono::hours seals_for{12};
  static constexpr std::chrono::hours opens_for{24};

  TicketKey sealer(SteadyTime now) override;
  std::optional<Opener> opener(std::span<const unsigned char, 16> name, SteadyTime now) override;

 private:
  struct Dated {
    TicketKey key;
    SteadyTime made;
  };
  void forget_old(SteadyTime now);

  std::mutex mutex_;
  std::vector<Dated> keys_;  // the newest first; four at most
};

/// One for all listeners of the process, so that a reload keeps them.
const std::shared_ptr<TicketKeys>& ticket_keys_of_process();

}  // namespace bearward::crypto
