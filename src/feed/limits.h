#pragma once

#include <cstddef>

namespace syrah::feed {

/// Entries under one signature: enough to share its 22 us, few enough for one frame.
inline constexpr std::size_t kBatchEntriesMax = 256;
/// Text of all entries of a batch: a frame (256 KiB) less the envelope.
inline constexpr std::size_t kBatchBytesMax = 200 * 1024;
/// Text of one entry: an order with the longest names takes under 1 KiB.
inline constexpr std::size_t kEntryBytesMax = 4 * 1024;
/// Batches a replica remembers as evidence for fork proofs, and their bytes.
inline constexpr std::size_t kEvidenceBatchesMax = 16;
inline constexpr std::size_t kEvidenceBytesMax = 256 * 1024;

}  // namespace syrah::feed
