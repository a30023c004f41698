#pragma once

// The numbers of feed synchronisation, each with its reason.

#include <cstddef>
#include <cstdint>

#include "exchange/limits.h"

namespace syrah::p2p {

/// Homes whose feeds are followed; the book is bounded by the same number.
inline constexpr std::size_t kSyncHomesMax = exchange::kHomesMax;
/// Without a sign of life for this long, a home's orders are not matched: three heartbeats of 5 s.
inline constexpr std::int64_t kSilentMs = 15'000;
/// Then they leave the book.
inline constexpr std::int64_t kGoneMs = 60'000;

/// Questions for missing entries in flight, one a home: their answers (a batch each) stay under
/// 7 MiB.
inline constexpr std::size_t kRequestsMax = 32;
/// A range is read from disk and sent in far less; then another peer is asked.
inline constexpr std::int64_t kRangeTimeoutMs = 2000;
/// A page may wait behind others in a slow peer's send queue.
inline constexpr std::int64_t kPageTimeoutMs = 5000;
/// A home whose entries nobody gives is asked for less and less often, so that homes which promise
/// entries and never deliver them do not take the questions from the others.
inline constexpr std::uint32_t kPromptFailures = 3;
inline constexpr std::int64_t kFailureWaitMinMs = 1000;
inline constexpr std::int64_t kFailureWaitMaxMs = 30'000;

/// Text of one page: twice as much when escaped, still in a frame of 256 KiB.
inline constexpr std::size_t kSnapshotPageBytesMax = 60'000;
/// Text of one snapshot: 200,000 open orders at 300 bytes.
inline constexpr std::size_t kSnapshotBytesMax = 64 * 1024 * 1024;
/// The offer (page 0), and the pages that such a text takes, with some room for smaller ones.
inline constexpr std::uint32_t kSnapshotPagesMax = 1200;
/// Snapshots that come in at the same time: 256 MiB at the worst.
inline constexpr std::size_t kAssembliesMax = 4;

/// Reads of the journal under way for one peer, and how long one counts that is never answered.
inline constexpr std::size_t kReadsPerPeerMax = 8;
inline constexpr std::int64_t kReadTimeoutMs = 5000;

/// Fork proofs kept for peers that come later (up to 400 KiB each).
inline constexpr std::size_t kForkProofsMax = 16;

}  // namespace syrah::p2p
