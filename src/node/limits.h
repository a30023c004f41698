#pragma once

#include <cstddef>
#include <cstdint>

namespace syrah::node {

/// Signs of life: three of them fit into the time after which a home counts as silent.
inline constexpr std::int64_t kBeatMs = 5000;
/// While requests are in doubt heads go out more often: that is how this node asks again (rule 5).
inline constexpr std::int64_t kBeatInDoubtMs = 1000;
/// How long a starting node waits for a peer to tell what it knows of the node's own feed (rule
/// 10). A node whose peers are all away must be able to start.
inline constexpr std::int64_t kAskPeersMs = 5000;
/// A peer with more bytes than this waiting is sent no batches; it catches up by heads.
inline constexpr std::size_t kLaggingBytes = 512 * 1024;
/// A stored snapshot this much newer than what a peer asks for is sent instead of the entries.
inline constexpr std::uint64_t kSnapshotAheadMin = 2000;
/// Snapshots kept in memory while their pages are asked for.
inline constexpr std::size_t kServedSnapshotsMax = 4;
/// For so long a peer whose session was lost may be about to come back.
inline constexpr std::int64_t kLostPeerMs = 10'000;
inline constexpr std::size_t kLostPeersMax = 1024;
/// Requests and peers that wait for the journal at once.
inline constexpr std::size_t kOpenRequestsMax = 1024;
inline constexpr std::size_t kOpenServingsMax = 256;

/// How batches came is remembered for so many in all (about 100 bytes each), shared by the homes,
/// and for the newest of each home however many homes there are; of more homes than can be followed
/// at a time, those that were heard of last.
inline constexpr std::size_t kArrivalsMax = 20'000;
inline constexpr std::size_t kArrivalsPerHomeMin = 20;
inline constexpr std::size_t kArrivalHomesMax = 1000;

}  // namespace syrah::node
