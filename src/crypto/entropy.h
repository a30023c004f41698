#pragma once

#include <cstdint>
#include <span>

namespace syrah::crypto {

/// Fills `out` from the operating system's generator. Only the edge of the program calls it (keys,
/// nonces, seeds); the pure folders get their randomness passed in.
void fill_random(std::span<std::uint8_t> out);

}  // namespace syrah::crypto
