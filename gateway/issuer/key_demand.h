#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "base/time.h"

namespace bearward::issuer {

/// Whether an issuer's keys are fetched once more because a token names a key that nobody knows: at most
/// once a minute for the whole process, so that whoever makes up names of keys cannot have the gateway
/// knock at the issuer's door. Any thread may ask.
class KeyDemand {
 public:
  static constexpr std::chrono::seconds interval{60};

  enum class Answer : std::uint8_t {
    refused,
    under_way,  // keys are being fetched as it is
    granted,    // whoever asked has them fetched now: `fetch_ended` will follow
  };

  Answer ask(SteadyTime now) {
    const std::lock_guard lock(mutex_);
    if (fetching_) return Answer::under_way;
    if (now < next_) return Answer::refused;
    next_ = now + interval;
    fetching_ = true;
    return Answer::granted;
  }

  void fetch_began() { set_fetching(true); }
  void fetch_ended() { set_fetching(false); }

 private:
  void set_fetching(bool fetching) {
    const std::lock_guard lock(mutex_);
    fetching_ = fetching;
  }

  std::mutex mutex_;
  bool fetching_ = false;
  SteadyTime next_{};
};

}  // namespace bearward::issuer
