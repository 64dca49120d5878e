#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bearward::http {

/// Makes the value of X-Request-Id: 32 hexadecimal digits, unique over all workers and restarts by a
/// random seed. Not a secret. One a worker, one thread.
class RequestIdMaker {
 public:
  RequestIdMaker(std::uint64_t seed_high, std::uint64_t seed_low) : high_(seed_high), low_(seed_low) {}

  using Id = std::array<char, 32>;
  Id next();

 private:
  std::uint64_t high_;
  std::uint64_t low_;
};

inline std::string_view view(const RequestIdMaker::Id& id) { return {id.data(), id.size()}; }

/// Is a request id from a trusted proxy fit to be kept: 1 to 128 visible characters without quotes?
bool is_request_id(std::string_view text);

}  // namespace bearward::http
