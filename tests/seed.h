#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace syrah::tests {

/// The seed of a random test: what the environment variable SYRAH_SEED says, else `usual`. It is
/// printed, so that a failure can be repeated.
inline std::uint64_t seed(std::uint64_t usual = 1) {
  const char* const asked = std::getenv("SYRAH_SEED");
  const std::uint64_t chosen = asked == nullptr ? usual : std::strtoull(asked, nullptr, 10);
  std::printf("SYRAH_SEED=%llu\n", static_cast<unsigned long long>(chosen));
  return chosen;
}

}  // namespace syrah::tests
