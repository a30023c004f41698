#pragma once

#include <cstddef>

namespace syrah::daemon {

/// Transactions and bytes of entries and snapshots that wait for the disk. At 250 commits a second
/// a node never has more than a few waiting; the bound is for a disk that hangs. One transaction is
/// always taken, however large.
inline constexpr std::size_t kWaitingTransactionsMax = 4096;
inline constexpr std::size_t kWaitingBytesMax = 64U << 20U;
/// Questions that wait for an answer from the history.
inline constexpr std::size_t kWaitingQueriesMax = 256;

}  // namespace syrah::daemon
