#pragma once

#include <cstddef>
#include <cstdint>

namespace syrah::node {

/// Old nodes told of one message, chosen at random: as many as they choose themselves.
inline constexpr std::size_t kLegacyPeersPerMessage = 10;
/// What an old node waits for another's answer.
inline constexpr std::int64_t kLegacyTimeoutMs = 5'000;
/// Messages that wait while no old node is known, and for how long: two rounds of looking up.
inline constexpr std::size_t kLegacyQueueMax = 256;
inline constexpr std::int64_t kLegacyQueueMs = 30'000;
/// Addresses in use: what a Grape gives at most.
inline constexpr std::size_t kLegacyAddressesMax = 100;
/// An address that turned out not to be an old node's is left alone for so long.
inline constexpr std::int64_t kLegacyShunMs = 600'000;
inline constexpr std::size_t kLegacyShunnedMax = 1'000;

}  // namespace syrah::node
