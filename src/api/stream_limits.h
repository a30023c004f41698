#pragma once

#include <cstddef>
#include <cstdint>

namespace syrah::api {

/// Clients of the feed at once. What each costs is bounded below; a thousand of them are more than
/// one node can usefully serve at full rate.
inline constexpr std::size_t kStreamsMax = 1024;
/// Messages of one client in a second: far more than anybody needs to subscribe.
inline constexpr std::uint32_t kStreamMessagesPerSecond = 100;
/// A client that has not subscribed to anything after this long is closed, as at Coinbase.
inline constexpr std::int64_t kSubscribeWithinMs = 5000;
/// Products named in one message.
inline constexpr std::size_t kStreamProductsMax = 1024;

/// Messages of a few milliseconds leave together: one write for each client instead of one for each
/// message. The first after a pause does not wait.
inline constexpr std::int64_t kGatherMs = 5;
/// The same for level2_batch, as at Coinbase.
inline constexpr std::int64_t kLevel2BatchMs = 50;
/// ticker_batch and status come this often, as at Coinbase.
inline constexpr std::int64_t kTickerBatchSeconds = 5;

/// Beyond this much on its way a client's level2 updates are no longer sent one by one but melt
/// together until it has caught up...
inline constexpr std::size_t kConflateBytes = 256 * 1024;
/// ...and when that many prices of a product have changed meanwhile it is closed.
inline constexpr std::size_t kConflatedLevelsMax = 2000;
/// Beyond this much on its way a client is closed. A ring and a snapshot must fit.
inline constexpr std::size_t kStreamQueueBytesMax = 8 * 1024 * 1024;
/// Prices a side of a level2 snapshot: some 1.5 MB of text, which take some 10 ms to write. Updates
/// tell of all prices.
inline constexpr std::size_t kSnapshotLevelsMax = 20'000;
/// A snapshot this young is told again, with what has changed since.
inline constexpr std::int64_t kSnapshotMs = 1000;

/// What is kept for clients that resume: so much of each product, and of all together. At 2,000
/// orders a second 2 MiB are about two seconds, more than a lost connection takes to come back.
inline constexpr std::size_t kRingBytesMax = 2 * 1024 * 1024;
inline constexpr std::size_t kRingBytesAllMax = 64 * 1024 * 1024;

/// Prices a side under the checksum.
inline constexpr std::size_t kChecksumLevels = 10;

}  // namespace syrah::api
