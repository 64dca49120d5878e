#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bearward::crypto {

struct Argon2Parameters {
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
  std::uint32_t lanes = 0;
};

/// The parameters of an argon2id hash in PHC form, `$argon2id$v=19$m=..,t=..,p=..$salt$hash`; nullopt for
/// any other form, and for parameters above 1 GiB, 64 passes or 16 lanes (libargon2 starts a thread for each):
/// a row that somebody planted must not take the machine.
std::optional<Argon2Parameters> parse_argon2id(std::string_view stored);

}  // namespace bearward::crypto
