#pragma once

#include <cstddef>
#include <cstdint>

#include "base/int128.h"

namespace syrah::exchange {

/// Instruments that one home may declare.
inline constexpr std::size_t kInstrumentsMax = 256;
inline constexpr std::size_t kInstrumentNameMax = 32;
inline constexpr std::size_t kAccountMax = 50;   ///< the old nodes' userId has at most 50
inline constexpr std::size_t kClientIdMax = 64;  ///< a UUID takes 36
/// Largest price in ticks and quantity in lots: their product stays far from 127 bits, and what is
/// summed for one order within 63. Sums over orders of strangers are made in 128 bits.
inline constexpr std::int64_t kPriceMax = std::int64_t{1} << 52;
inline constexpr std::int64_t kQuantityMax = std::int64_t{1} << 52;
/// Largest amount of quote currency: no order is worth more.
inline constexpr base::Int128 kNotionalMax = static_cast<base::Int128>(kPriceMax) * kQuantityMax;
/// Last number of an entry in a feed: nine years of a million a second. A book keeps numbers in 48
/// bits.
inline constexpr std::uint64_t kSeqMax = (std::uint64_t{1} << 48) - 1;
/// Latest time that anything may name, the end of the year 9999: its microseconds fit into 64 bits.
inline constexpr std::int64_t kTimeMsMax = 253'402'300'799'999;
/// reliability.md, section 5: open orders of one home and of all, homes, requests in doubt.
inline constexpr std::size_t kOpenOrdersPerHomeMax = 200'000;
inline constexpr std::size_t kOpenOrdersMax = 1'000'000;
inline constexpr std::size_t kHomesMax = 1000;
inline constexpr std::size_t kHoldsPerHomeMax = 256;
inline constexpr std::size_t kHoldsPerOrderMax = 4;
/// What a home's feed can say at most, whoever wrote it: holds, and unsettled decisions (twice what
/// all homes may have in doubt; an honest home settles long before).
inline constexpr std::size_t kHoldsMax = kHoldsPerHomeMax * kHomesMax;
inline constexpr std::size_t kDecisionsUnsettledMax = 2 * kHoldsMax;
/// A FOK order asks one home for all its parts in one group.
inline constexpr std::size_t kGroupMax = 64;
/// Client order ids remembered for their 24 h; beyond it orders with a client id are refused.
inline constexpr std::size_t kClientIdsMax = 1'000'000;
inline constexpr std::int64_t kClientIdMs = 24 * 3600 * 1000LL;
/// Orders live this long without their home renewing its lease (rule 9), and it renews that often.
inline constexpr std::int64_t kLeaseMs = 24 * 3600 * 1000LL;
inline constexpr std::int64_t kLeaseRenewMs = 6 * 3600 * 1000LL;
/// The first answer that is this late stops further requests to that home (reliability.md, 3.2).
inline constexpr std::int64_t kAnswerLateMs = 2000;
/// Wait after a refusal before the same order is asked for again, doubled each time, with jitter.
inline constexpr std::int64_t kRefusalBackoffMinMs = 10;
inline constexpr std::int64_t kRefusalBackoffMaxMs = 2000;
/// A market order does not trade further from the best opposite price than this share of it.
inline constexpr std::int64_t kCollarPerMille = 50;
/// Stop orders that one step triggers at most; the rest follows in the next, so that a fall of the
/// price does not hold up everything else.
inline constexpr std::size_t kTriggersPerStepMax = 256;
/// Entries between two checkpoints, at the least; more when more orders are open, so that writing
/// snapshots costs a bounded share of writing entries.
inline constexpr std::uint64_t kCheckpointEntriesMin = 10'000;
/// Unsettled decisions that bring a checkpoint (and with it their settling) forward.
inline constexpr std::size_t kDecisionsMax = 10'000;

}  // namespace syrah::exchange
