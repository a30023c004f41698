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

// ---- whom to dial ------------------------------------------------------------------------------

/// First wait after a failure; doubled each time up to PEER_RECONNECT_INTERVAL.
inline constexpr std::int64_t kRetryMinMs = 1'000;
/// Share by which a wait varies, so that those who lost the same peer do not return in one moment.
inline constexpr std::int64_t kRetryJitterPercent = 25;
/// An address that never worked is forgotten after this many failures.
inline constexpr std::uint32_t kFailuresMax = 5;
/// An address that was given up and is told again waits so long, doubled with each further failure;
/// it counts as new when it was not told for the longest of these times. About 120 bytes each.
inline constexpr std::int64_t kGivenUpMinMs = 60'000;
inline constexpr std::int64_t kGivenUpMaxMs = 3'600'000;
inline constexpr std::size_t kGivenUpMax = 4096;
/// The same refusal of the same host is logged at once, then after so long, and ever more rarely.
inline constexpr std::int64_t kRefusalToldMinMs = 60'000;
inline constexpr std::int64_t kRefusalToldMaxMs = 3'600'000;
inline constexpr std::size_t kRefusalsRememberedMax = 1024;
/// One that worked is forgotten when it has failed so often and this long ago was the last time
/// (Bitcoin's horizon).
inline constexpr std::int64_t kHorizonMs = 30 * 24 * 3600 * 1000LL;
/// Dials under way for one kind of address. Each kind has its own, so that none waits for another's
/// dead addresses; seven kinds give rippled's 20 at once.
inline constexpr std::size_t kDialsPerLaneMax = 3;
/// As long as addresses that worked before are there to be tried, those that were only heard of
/// wait until this long after places became free: enough for some answers from far away.
inline constexpr std::int64_t kHeadStartMs = 3'000;
/// A tunnel address is first tried this long after it was heard of: time for direct ones.
inline constexpr std::int64_t kTunnelAfterMs = 5'000;
/// One address is tested each two minutes while there are enough connections (Bitcoin's feelers).
inline constexpr std::int64_t kFeelerMs = 120'000;
/// Peers of the last run that are dialled first (Bitcoin's anchors).
inline constexpr std::size_t kAnchorsMax = 2;
/// A session that lasted less counts as a failure of its address.
inline constexpr std::int64_t kStableMs = 10'000;
/// Addresses and pinned names in the peers file.
inline constexpr std::size_t kStoredPeersMax = 512;
inline constexpr std::size_t kPinnedNamesMax = 512;
/// Endings by a user that are remembered until it connects again.
inline constexpr std::size_t kPartedMax = 256;
/// The peers file: 512 peers and 512 names take a third of this.
inline constexpr std::size_t kPeersFileBytesMax = 1024 * 1024;
/// Addresses that turned out to be this node's own.
inline constexpr std::size_t kSelfAddressesMax = 32;

// ---- the address book (reliability.md, section 5) ----------------------------------------------

/// Addresses heard of, and addresses that worked: buckets, and places in each (Comet: 256 and 64 of
/// 64). A group of addresses has one bucket of each table.
inline constexpr std::size_t kNewBuckets = 256;
inline constexpr std::size_t kTriedBuckets = 64;
inline constexpr std::size_t kBucketPlaces = 64;
/// All of the book, as it counts itself.
inline constexpr std::size_t kBookBytesMax = 4 * 1024 * 1024;
/// Heard addresses from one group of tellers, from mDNS, and from Grenache: an eighth of the places
/// (Comet's 32 buckets for each source group).
inline constexpr std::size_t kHeardPerTellerMax = 2'048;
/// A group may always have this many places among those that worked; beyond, not more than the
/// others have on average.
inline constexpr std::size_t kTriedPerGroupMin = 4;
/// An IP address in text, or a short name: nobody makes us keep long ones.
inline constexpr std::size_t kHeardHostBytesMax = 64;
/// Addresses that a user named; beyond, the oldest is forgotten.
inline constexpr std::size_t kUserAddressesMax = 64;
/// Tests of addresses whose place another one waits for.
inline constexpr std::size_t kPlaceTestsMax = 64;

// ---- what is told from outside -----------------------------------------------------------------

/// Hints of one source (mDNS, Grenache) that wait for their turn.
inline constexpr std::size_t kHintsWaitingMax = 1'000;
/// Unknown addresses that are taken from one session: Bitcoin's 0.1 a second after the first
/// answer.
inline constexpr std::int64_t kToldPerKilosecond = 100;
inline constexpr std::int64_t kToldBurst = 250;

// ---- messages to identities --------------------------------------------------------------------

/// Messages that wait for a session to one identity, and for all together, and how long.
inline constexpr std::size_t kRoutedMessagesMax = 64;
inline constexpr std::size_t kRoutedBytesMax = 256 * 1024;
inline constexpr std::size_t kRoutedMessagesAllMax = 1'024;
inline constexpr std::int64_t kRoutedMs = 10'000;

// ---- places for others -------------------------------------------------------------------------

/// Inbound sessions that keep their place when places are short, by what an attacker would have to
/// outdo (Bitcoin's figures): different networks, quick answers, useful feeds. Of the others the
/// older half stays too.
inline constexpr std::size_t kKeptByNetwork = 4;
inline constexpr std::size_t kKeptByRoundTrip = 8;
inline constexpr std::size_t kKeptByFeeds = 4;
/// At most one has to go within this time: those who have to go come back, and would otherwise
/// push each other out for ever.
inline constexpr std::int64_t kEvictionMs = 10'000;

// ---- peer exchange -----------------------------------------------------------------------------

inline constexpr std::int64_t kExchangeMs = 60'000;
/// Questions that come sooner than this after an answered one are not answered: 60 s less jitter.
inline constexpr std::int64_t kExchangeAnswerMs = 50'000;
inline constexpr std::size_t kExchangePeersMax = 250;
/// Told to a peer that finds no place here; a third of a frame before the handshake.
inline constexpr std::size_t kRefusedPeersTold = 20;
inline constexpr std::size_t kExchangePeersBasicMax = 20;
/// A peer that worked this recently is worth telling of.
inline constexpr std::int64_t kRecentlyGoodMs = 24 * 3600 * 1000LL;

// ---- misbehaviour ------------------------------------------------------------------------------

inline constexpr std::int64_t kDiscouragedMs = 24 * 3600 * 1000LL;
/// Identities, and addresses, that are remembered as discouraged; the oldest is forgotten first.
inline constexpr std::size_t kDiscouragedMax = 1000;
/// Of each kind, those that the peers file keeps: the latest.
inline constexpr std::size_t kDiscouragedStoredMax = 256;

}  // namespace syrah::p2p
