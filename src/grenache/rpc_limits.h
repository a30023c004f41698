#pragma once

// Bounds of what travels by RPC, each with its reason. Anybody may send this node requests.

#include <cstddef>
#include <cstdint>

namespace syrah::grenache {

// ---- requests and replies ----------------------------------------------------------------------

/// 256 KiB of a tunnel take 342 KiB as base64; the old nodes' messages take 1 KiB.
inline constexpr std::size_t kRpcBodyBytesMax = 512 * 1024;
/// A UUID takes 36, a tunnel's rid 49.
inline constexpr std::size_t kRpcIdBytesMax = 128;
/// Service names.
inline constexpr std::size_t kRpcKeyBytesMax = 128;
/// What is kept of texts that others wrote: errors, reasons.
inline constexpr std::size_t kRpcReasonBytesMax = 200;

// ---- tunnels -----------------------------------------------------------------------------------

/// Bytes that one call carries each way: four times what a send queue gives out at once.
inline constexpr std::size_t kTunnelBytesPerCallMax = 256 * 1024;
/// Numbers under way of one tunnel: one that the other side holds until it has something to say,
/// one that says something. So that is also how many replies must be remembered.
inline constexpr std::size_t kTunnelCallsMax = 2;
/// How long a request is held: most proxies give up after 30 s.
inline constexpr std::int64_t kTunnelHoldMs = 20'000;
/// A held request and the way there and back.
inline constexpr std::int64_t kTunnelCallTimeoutMs = kTunnelHoldMs + 5'000;
/// No success for so long where success was due ends a tunnel: as long as a session waits for a
/// peer that does not read.
inline constexpr std::int64_t kTunnelGiveUpMs = 10'000;
/// A call that is not answered though it is due is repeated: 256 KiB take that long at 64 KB/s.
inline constexpr std::int64_t kTunnelStallMs = 4'000;
/// Wait before a call that failed is repeated; doubled each time up to the second.
inline constexpr std::int64_t kTunnelRetryMinMs = 50;
inline constexpr std::int64_t kTunnelRetryMaxMs = 2'000;
/// Calls that carry nothing are that far apart: nobody makes this node ask as fast as it can.
inline constexpr std::int64_t kTunnelPollMs = 100;
/// Failed calls after which a tunnel that never opened is given up: within half a
/// second where nobody listens.
inline constexpr int kTunnelOpenTriesMax = 4;
/// What was sent before a close has this long to leave.
inline constexpr std::int64_t kTunnelLingerMs = 1'000;
/// A tunnel without a request for so long is dead: two polls were missed.
inline constexpr std::int64_t kTunnelSilenceMs = 45'000;
/// A closed tunnel's last replies are remembered for as long as they may be asked for again.
inline constexpr std::int64_t kTunnelRememberMs = kTunnelGiveUpMs;
/// Tunnels served: twice the connections that a node accepts. With the out-of-order requests and
/// remembered replies of all, 100 MiB at the very worst.
inline constexpr std::size_t kTunnelsServedMax = 128;
/// Tunnels dialled: more than a node ever dials.
inline constexpr std::size_t kTunnelsDialledMax = 128;
/// Openings of one host within the window: the connections of a few nodes behind one address.
inline constexpr std::size_t kTunnelOpensPerHostMax = 16;
inline constexpr std::int64_t kTunnelOpensWindowMs = 10'000;
/// Openings of all hosts within the window.
inline constexpr std::size_t kTunnelOpensMax = 1'024;
/// Bytes that wait in one tunnel. A send queue never gives out more than 64 KiB ahead.
inline constexpr std::size_t kTunnelUnsentBytesMax = 4 * 1024 * 1024;
/// Connection ids of served tunnels: this and every second one after it.
inline constexpr std::uint64_t kTunnelServedFirst = (std::uint64_t{1} << 62U) + 1;

}  // namespace syrah::grenache
