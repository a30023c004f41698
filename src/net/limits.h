#pragma once

#include <cstddef>
#include <cstdint>

namespace syrah::net {

/// TCP connections with peers in all, dialled and accepted: the descriptor budget of the whole
/// process (reliability.md, section 5). Beyond it, accepted ones are closed at once.
inline constexpr std::size_t kConnectionsMax = 1024;
/// Name lookup and connecting together: a peer that takes longer is no use to a trader.
inline constexpr std::int64_t kDialTimeoutMs = 3000;
/// Addresses of one name that are tried, so that no DNS answer decides how long a dial keeps busy.
inline constexpr std::size_t kDialAddressesMax = 8;
/// Name lookups at a time; each needs a thread, as getaddrinfo blocks.
inline constexpr std::size_t kLookupsMax = 16;
/// One read; also the size of the one read buffer that all connections share.
inline constexpr std::size_t kReadBytesMax = 64 * 1024;
/// Buffers gathered in one write: the kernel takes up to 1,024, more than 64 gain nothing.
inline constexpr std::size_t kGatherMax = 64;
/// Bytes given to send and not yet taken by the kernel. The peer manager stops at 1 MiB; this is
/// the last line behind it.
inline constexpr std::size_t kUnsentBytesMax = 4 * 1024 * 1024;
/// After `close`: time for what was sent to leave and for the other side to close too.
inline constexpr std::int64_t kLingerMs = 1000;
/// Pause after an accept error (no descriptors, no memory), so that accepting never spins.
inline constexpr std::int64_t kAcceptPauseMs = 100;

/// Limits of the HTTP server (reliability.md, section 5).
inline constexpr std::size_t kHttpConnectionsMax = 256;
inline constexpr std::size_t kHttpBodyBytesMax = 64 * 1024;
inline constexpr std::size_t kHttpHeaderBytesMax = 8 * 1024;
inline constexpr std::size_t kHttpTargetBytesMax = 2 * 1024;
/// Header fields of one request and the length of each: bound what is held before the sum is known.
inline constexpr std::size_t kHttpFieldsMax = 64;
inline constexpr std::size_t kHttpFieldNameBytesMax = 128;
inline constexpr std::size_t kHttpFieldValueBytesMax = 4 * 1024;
/// Requests without an answer: a client may leave before its answer and come back at once, so the
/// number of connections does not bound them.
inline constexpr std::size_t kHttpWaitingMax = 1024;
/// For a request to arrive, for its answer to be found, and for the answer to leave. Idle
/// keep-alive connections end after the same time.
inline constexpr std::int64_t kHttpTimeoutMs = 5000;

/// Limits of WebSocket connections, which do not count among the HTTP ones. As many as the feed
/// serves (api/stream_limits.h).
inline constexpr std::size_t kWebSocketConnectionsMax = 1024;
/// Of one message from a client, all fragments together. A subscription to everything there is fits
/// several times; all clients together hold 64 MiB at most.
inline constexpr std::size_t kWebSocketMessageBytesMax = 64 * 1024;
inline constexpr std::size_t kWebSocketFragmentsMax = 256;
inline constexpr std::size_t kWebSocketReadBytes = 4 * 1024;
/// The kernel's buffer for each client; more would only hide that a client is slow.
inline constexpr int kWebSocketSendBuffer = 256 * 1024;
/// Pongs are not sent to a client with so many frames waiting.
inline constexpr std::size_t kWebSocketUnsentFramesMax = 1024;
/// A client that has said nothing is pinged this often, and given up after that long.
inline constexpr std::int64_t kWebSocketPingSeconds = 20;
inline constexpr std::int64_t kWebSocketSilentSecondsMax = 60;
/// What has left is told once in this time, for all clients together.
inline constexpr std::int64_t kWebSocketTellSentMs = 20;

/// Limits of the Grenache RPC server. Connections: two for each of the 64 peers that may be inside
/// and as many again for half of them; with a body under way on each they hold 108 MiB.
inline constexpr std::size_t kRpcConnectionsMax = 192;
inline constexpr std::size_t kRpcWaitingMax = 192;
/// Of a request, also once its gzip is undone.
inline constexpr std::size_t kRpcBodyBytesMax = 512 * 1024;
/// For a request to arrive and for its answer to leave; idle connections end after it too. Twice
/// what JavaScript servers give, as their clients do not expect it to be shorter.
inline constexpr std::int64_t kRpcTransferTimeoutMs = 10'000;
/// For an answer to be found: requests may be kept until there is something to say.
inline constexpr std::int64_t kRpcAnswerTimeoutMs = 30'000;

/// Limits of the HTTP client. Calls at a time; further ones fail.
inline constexpr std::size_t kHttpCallsMax = 256;
inline constexpr std::size_t kHttpReplyBytesMax = 1024 * 1024;
/// All header lines of a reply together, with those of provisional replies and trailers.
inline constexpr std::size_t kHttpReplyHeaderBytesMax = 16 * 1024;
/// Idle connections that are kept for the next call.
inline constexpr std::size_t kHttpIdleConnectionsMax = 64;
/// Grapes and JavaScript peers close a connection that was idle for 5 s. libcurl counts whole
/// seconds and reuses up to and including this one: it stops at 4 s.
inline constexpr long kHttpIdleSecondsMax = 3;

/// UDP datagrams in both directions: an Ethernet frame's worth. The DHT's are far shorter.
inline constexpr std::size_t kDatagramBytesMax = 1500;

}  // namespace syrah::net
