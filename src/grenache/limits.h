#pragma once

// Every number of the talk with Grapes and their DHT, with its reason. What a Grape, or whoever
// announces through one, can make this node keep or do is bounded by one of these.

#include <cstddef>
#include <cstdint>

namespace syrah::grenache {

// ---- Grapes over HTTP --------------------------------------------------------------------------

/// A lookup takes up to 5 s at a Grape that remembers dead neighbours; ours waits longer, as an
/// answer given up is asked for again.
inline constexpr std::int64_t kGrapeTimeoutMs = 8'000;
/// Grapes refuse longer requests.
inline constexpr std::size_t kGrapeRequestBytesMax = 8192;
/// A Grape gives at most 100 addresses of at most 24 bytes; six times that is no such answer.
inline constexpr std::size_t kGrapeAnswerBytesMax = 16 * 1024;
/// Addresses that are taken from one answer: what Grapes give at most.
inline constexpr std::size_t kLookupMax = 100;
/// What is kept of a Grape's error text for the log.
inline constexpr std::size_t kGrapeReasonBytesMax = 200;
/// Names of services that this node asks for; its own take 20.
inline constexpr std::size_t kServiceBytesMax = 200;

/// Grapes forget an address 80 s after it was last announced, at the soonest.
inline constexpr std::int64_t kRepeatMinMs = 30'000;
inline constexpr std::int64_t kRepeatMaxMs = 60'000;
/// Between two lookups while there are too few peers.
inline constexpr std::int64_t kHungryMinMs = 4'000;
inline constexpr std::int64_t kHungryMaxMs = 6'000;
/// First wait after all Grapes failed, doubled each time up to the longest.
inline constexpr std::int64_t kGrapeRetryMinMs = 1'000;
inline constexpr std::int64_t kGrapeRetryMaxMs = 60'000;
/// Share by which such a wait may be shorter, so that the nodes of a Grape that was restarted do
/// not return in one moment.
inline constexpr std::int64_t kGrapeRetryJitterPercent = 25;

// ---- the Grapes' DHT ---------------------------------------------------------------------------

/// A datagram that passes everywhere unfragmented; 100 compact addresses take 800 bytes.
inline constexpr std::size_t kBencodeBytesMax = 1500;
/// A reply is three deep: the message, its arguments, a list of addresses.
inline constexpr int kBencodeDepthMax = 8;
/// Addresses of the DHT that are announced at: those configured, then those heard of. Grapes store
/// at their 20 closest; in the small networks that they serve that is everybody.
inline constexpr std::size_t kDhtAddressesMax = 16;
/// Unanswered rounds after which an address that was only heard of makes room.
inline constexpr std::uint32_t kDhtFailuresMax = 2;
inline constexpr std::int64_t kDhtTimeoutMs = 3'000;
/// Sends of one query: the first and two more.
inline constexpr int kDhtSendsMax = 3;
/// Grapes' tokens have 20 bytes, libtorrent's 4.
inline constexpr std::size_t kDhtTokenBytesMax = 64;

}  // namespace syrah::grenache
