#pragma once

#include <cstddef>
#include <cstdint>

namespace syrah::node {

/// Old nodes refuse shorter names of users.
inline constexpr std::size_t kBasicUserIdMin = 3;
/// Indications of one basic peer and of all: enough for a real book, 5 MB at the worst.
inline constexpr std::size_t kIndicationsPerPeerMax = 1000;
inline constexpr std::size_t kIndicationsMax = 10'000;
/// An indication that nobody renews is forgotten as an order would be (rule 9).
inline constexpr std::int64_t kIndicationAgeMs = 24 * 3600 * 1000LL;
/// Own orders are not followed any more so long after the last basic peer left: one that comes back
/// soon need not wait until all are learned again.
inline constexpr std::int64_t kOwnFollowedAloneMs = 10 * 60 * 1000;
/// A UUID takes 36.
inline constexpr std::size_t kBasicIdMax = 128;

/// Messages remembered to drop them when they come again over another way; a message that takes
/// longer than this from node to node is not expected.
inline constexpr std::size_t kSeenMax = 65'536;
inline constexpr std::int64_t kSeenMs = 120'000;

/// Announcements to one basic peer: the old nodes handle each on its own, without flow control.
inline constexpr std::int64_t kAnnouncementsPerKilosecond = 20'000;
inline constexpr std::int64_t kAnnouncementsBurst = 100;
inline constexpr std::int64_t kAnnouncementWaitUs = 50'000;
/// Orders announced to one peer: at that rate more would be stale before they are told.
inline constexpr std::size_t kAnnouncedMax = 10'000;

/// Own orders that one heard order may trade with.
inline constexpr std::size_t kBasicFillsMax = 64;

}  // namespace syrah::node
