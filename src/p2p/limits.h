#pragma once

// Every number of the protocol between nodes, with its reason. What a stranger can make this node
// keep or do is bounded by one of these.

#include <cstddef>
#include <cstdint>

namespace syrah::p2p {

// ---- frames and messages -----------------------------------------------------------------------

/// Bytes of length in front of each message.
inline constexpr std::size_t kFrameHeaderBytes = 4;
/// A stranger may make us buffer this much: a handshake takes under 1 KiB, twenty-fold is room for
/// extra members.
inline constexpr std::size_t kFrameBytesBeforeHandshake = 16 * 1024;
/// A fork proof: two of the largest feed batches (200 KiB of entries each) with their envelopes. If
/// it were less, large batches could be forked without anybody being told. All else stays far
/// below.
inline constexpr std::size_t kFrameBytesMax = 448 * 1024;
/// What the basic dialect allows.
inline constexpr std::size_t kFrameBytesBasicMax = 1024 * 1024;
/// Text of one JSON string: a page of a snapshot after escaping. Frames bound it further.
inline constexpr std::size_t kStringBytesMax = 200 * 1024;
/// NODE_ID and other short texts; an id's text takes 64.
inline constexpr std::size_t kNameBytesMax = 128;
/// Reasons and error texts of others: what is kept of them for the log.
inline constexpr std::size_t kReasonBytesMax = 200;
/// Names of networks and software.
inline constexpr std::size_t kWordBytesMax = 64;
/// Amounts and prices of the basic dialect; exact decimals need no more than 20 digits.
inline constexpr std::size_t kAmountBytesMax = 40;
/// Heads in one heartbeat: at 350 bytes each they stay below the frame. When more are known, the
/// heartbeats take turns.
inline constexpr std::size_t kHeartbeatHeadsMax = 500;
/// Homes that a heartbeat may call direct neighbours; MAX_PEERS is far below.
inline constexpr std::size_t kHeartbeatDirectMax = 500;

// ---- times of a session ------------------------------------------------------------------------

/// From the connection to the end of the handshake when the other side dialled: a slot is not held
/// longer than that by someone who says nothing.
inline constexpr std::int64_t kHandshakeMs = 5'000;
/// The same when this side dialled, as the answer may come from basic software, which allows 10 s.
inline constexpr std::int64_t kHandshakeDialledMs = 10'000;
/// From the first byte of a frame to its last: 448 KiB take that long at 46 KB/s.
inline constexpr std::int64_t kFrameMs = 10'000;
/// Heartbeats to full peers carry feed heads, the anti-entropy of the book (reliability.md: 5 s).
inline constexpr std::int64_t kHeartbeatMs = 5'000;
/// Heartbeats to basic peers are signs of life only; they send one each 30 s themselves.
inline constexpr std::int64_t kHeartbeatBasicMs = 15'000;
/// A full peer this silent is dead: nine heartbeats were missed.
inline constexpr std::int64_t kSilenceMs = 45'000;
/// Basic peers: two of their own heartbeats.
inline constexpr std::int64_t kSilenceBasicMs = 60'000;
/// Bytes wait and none leaves for this long: the peer does not read.
inline constexpr std::int64_t kProgressMs = 10'000;
/// A session this silent gives way to a new connection of the same identity: two heartbeats.
inline constexpr std::int64_t kStaleMs = 10'000;
inline constexpr std::int64_t kStaleBasicMs = 30'000;
/// An attempt to connect that is not answered; the edge usually gives up sooner.
inline constexpr std::int64_t kDialMs = 10'000;
/// Heartbeats whose answer is waited for, to measure the round trip.
inline constexpr std::size_t kPendingBeatsMax = 16;

// ---- load of a session -------------------------------------------------------------------------

inline constexpr std::int64_t kMessagesPerSecond = 2'000;  ///< one may carry 256 entries
inline constexpr std::int64_t kMessagesBurst = 10'000;
/// Send queue: a peer that lags by more catches up better after a new connection.
inline constexpr std::size_t kQueueBytesMax = 1024 * 1024;
inline constexpr std::size_t kQueueMessagesMax = 1024;
/// Bytes given to the edge that have not left: beyond it, order could no longer follow urgency.
inline constexpr std::size_t kUnsentBytesMax = 64 * 1024;

// ---- who may connect (reliability.md, section 5; libp2p's figures, tightened) ------------------

inline constexpr std::size_t kInboundMax = 64;
inline constexpr std::size_t kUnauthenticatedMax = 16;
inline constexpr std::size_t kPerAddressMax = 2;             ///< IPv4 address or IPv6 /56
inline constexpr std::size_t kPerNetworkMax = 4;             ///< IPv4 /24 or IPv6 /48
inline constexpr std::int64_t kConnectsPerKilosecond = 200;  ///< 0.2 new a second and address
inline constexpr std::int64_t kConnectsBurst = 8;
/// Addresses whose connection rate is remembered; those that have been calm are forgotten.
inline constexpr std::size_t kConnectRatesMax = 4096;
/// Share of MAX_PEERS that those who dial in cannot take, so that nobody can surround this node by
/// dialling alone: a fifth, at most the outbound limit.
inline constexpr std::uint32_t kReservedShare = 5;
/// Dialled besides bootstrap peers and those that the user asked for.
inline constexpr std::size_t kOutboundMax = 8;
inline constexpr std::size_t kDialsAtOnceMax = 4;

// ---- whom to dial ------------------------------------------------------------------------------

/// First wait after a failure; doubled each time up to PEER_RECONNECT_INTERVAL.
inline constexpr std::int64_t kRetryMinMs = 1'000;
/// Share by which a wait varies, so that those who lost the same peer do not return in one moment.
inline constexpr std::int64_t kRetryJitterPercent = 25;
/// An address that never worked is forgotten after this many failures.
inline constexpr std::uint32_t kFailuresMax = 5;
/// A session that lasted less counts as a failure of its address.
inline constexpr std::int64_t kStableMs = 10'000;
/// Addresses and pinned names in memory and in the peers file.
inline constexpr std::size_t kStoredPeersMax = 512;
inline constexpr std::size_t kPinnedNamesMax = 512;
/// Of the addresses, those heard from others and never tried with success, in all and from one
/// teller: nobody fills the table with inventions.
inline constexpr std::size_t kHeardAddressesMax = 256;
inline constexpr std::size_t kHeardPerTellerMax = 64;
/// The peers file: 512 peers and 512 names take a third of this.
inline constexpr std::size_t kPeersFileBytesMax = 1024 * 1024;
/// Addresses that turned out to be this node's own.
inline constexpr std::size_t kSelfAddressesMax = 32;

// ---- peer exchange -----------------------------------------------------------------------------

inline constexpr std::int64_t kExchangeMs = 60'000;
/// Questions that come sooner than this after an answered one are not answered: 60 s less jitter.
inline constexpr std::int64_t kExchangeAnswerMs = 50'000;
inline constexpr std::size_t kExchangePeersMax = 250;
inline constexpr std::size_t kExchangePeersBasicMax = 20;
/// A peer that worked this recently is worth telling of.
inline constexpr std::int64_t kRecentlyGoodMs = 24 * 3600 * 1000LL;

// ---- misbehaviour ------------------------------------------------------------------------------

inline constexpr std::int64_t kDiscouragedMs = 24 * 3600 * 1000LL;
/// Identities, and addresses, that are remembered as discouraged; the oldest is forgotten first.
inline constexpr std::size_t kDiscouragedMax = 1000;

}  // namespace syrah::p2p
