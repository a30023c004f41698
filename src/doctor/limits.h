#pragma once

#include <cstdint>

namespace syrah::doctor {

/// The journal of a busy day grows by some hundred MiB; below the lower bound SQLite's own
/// write-ahead log may not fit.
inline constexpr std::int64_t kFreeBytesMin = std::int64_t{100} << 20U;
inline constexpr std::int64_t kFreeBytesGood = std::int64_t{1} << 30U;
/// Good disks take under 2 ms, spinning ones about 10.
inline constexpr std::int64_t kSyncUsMax = 20'000;
/// Half of what homes tolerate of each other's clocks (base/time.h).
inline constexpr std::int64_t kClockOffMs = 1000;
/// Beside peers: clients, Grapes, mDNS, the database.
inline constexpr std::int64_t kDescriptorsBeside = 300;

}  // namespace syrah::doctor
