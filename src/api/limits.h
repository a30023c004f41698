#pragma once

#include <cstddef>
#include <cstdint>

namespace syrah::api {

/// reliability.md, section 5: what Binance and LBank allow, more than any order needs.
inline constexpr std::size_t kBodyBytesMax = 64 * 1024;
inline constexpr std::size_t kHeaderBytesMax = 8 * 1024;
inline constexpr std::size_t kTargetBytesMax = 2 * 1024;
inline constexpr std::size_t kQueryParametersMax = 32;
inline constexpr std::size_t kPathSegmentsMax = 8;
/// Longest piece of a request that is repeated in an error message.
inline constexpr std::size_t kQuotedBytesMax = 64;
/// Rows of one page, as at the Coinbase Exchange API.
inline constexpr std::uint32_t kPageRowsMax = 1000;
inline constexpr std::uint32_t kPageRowsUsual = 100;
/// Levels a side of book levels 1 and 2.
inline constexpr std::size_t kBookLevelsMax = 1000;
/// Orders a side of level 3. Who follows the feed needs all of them: some 10 MB at most, which take
/// some 30 ms to write.
inline constexpr std::size_t kBookOrdersMax = 50'000;
/// Indications of basic peers in one answer.
inline constexpr std::size_t kIndicationsMax = 1000;
/// Orders of silent homes are counted up to here.
inline constexpr std::size_t kSuspendedCountMax = 100'000;
/// "host:port" with the longest host name there is.
inline constexpr std::size_t kAddressBytesMax = 260;

/// API keys of one node, the first included: more than a desk of people and their bots.
inline constexpr std::size_t kKeysMax = 256;
inline constexpr std::size_t kLabelBytesMax = 64;
/// Longest time that a dead man's switch may be set to: a day, as orders live.
inline constexpr std::int64_t kCancelAfterSecondsMax = 24 * 3600;
/// Client addresses whose rates are counted one by one (100 bytes each); the others share one.
inline constexpr std::size_t kAddressesMax = 4096;

}  // namespace syrah::api
