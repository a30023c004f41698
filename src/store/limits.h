#pragma once

#include <cstddef>
#include <cstdint>

namespace syrah::store {

/// How long a statement waits for another connection's lock. Nobody but an operator's own sqlite3
/// shell ever holds one for long.
inline constexpr int kBusyTimeoutMs = 5000;
/// The write-ahead log is cut back to this size after a checkpoint, should it ever grow beyond.
inline constexpr std::size_t kWalBytesKept = 64U << 20U;
/// Rows of one history answer, whatever was asked for: a page of an HTTP answer.
inline constexpr std::size_t kPageRowsMax = 1000;
/// The largest key or peers file that is read: 10,000 peers take 2 MB.
inline constexpr std::size_t kFileBytesMax = 8U << 20U;
/// Names tried for setting a damaged file aside.
inline constexpr int kSetAsideNamesMax = 1000;
/// The largest database that is checked whole (PRAGMA quick_check) at start: a million entries and
/// 200,000 orders, 400 MB, took 0.14 s (journal_bench) from memory, a second from a disk.
inline constexpr std::int64_t kFileCheckBytesMax = std::int64_t{512} << 20U;

}  // namespace syrah::store
