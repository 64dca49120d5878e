#pragma once

#include <string_view>

namespace bearward {

/// What a fuzz target does with one input. Each fuzz_NAME.cpp defines it; fuzz/libfuzzer.cpp calls it with what the
/// fuzzer makes up, fuzz/replay.cpp with what is in a folder.
void fuzz(std::string_view input);

}  // namespace bearward
