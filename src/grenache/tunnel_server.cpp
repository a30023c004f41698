#include "grenache/tunnel_server.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "grenache/rpc_limits.h"

namespace syrah::grenache {
namespace {

constexpr const char* kClosedByOther = "closed by the other side";

void answer(std::uint64_t request, const std::string& rid, const TunnelReply& reply, Outputs& out) {
  out.emplace_back(RpcReply{request, encode_result(rid, encode_tunnel_reply(reply))});
}

void refuse(std::uint64_t request, const std::string& rid, std::string_view why, Outputs& out) {
  out.emplace_back(RpcReply{request, encode_error(rid, fmt::format("{}: {}", kErrGeneric, why))});
}

}  // namespace

// ---- requests ----------------------------------------------------------------------------------

void TunnelServer::request(std::uint64_t request, const RpcRequest& rpc,
                           const std::string& remote_host, base::Time now, Outputs& out) {
  if (rpc.key != service_) return refuse(request, rpc.rid, "no such service here", out);
  base::Result<TunnelRequest> message = decode_tunnel_request(rpc.payload);
  if (!message) return refuse(request, rpc.rid, message.error().message, out);
  const Asker asker{request, rpc.rid};
  const auto found = tunnels_.find(message->tunnel);
  if (found != tunnels_.end()) return take(found->second, asker, std::move(*message), now, out);
  if (message->number != 0) {
    return answer(request, rpc.rid, {"", false, "no such tunnel here"}, out);
  }
  open(asker, std::move(*message), remote_host, now, out);
}

void TunnelServer::open(const Asker& asker, TunnelRequest message, const std::string& remote_host,
                        base::Time now, Outputs& out) {
  if (std::optional<std::string> why = why_not_open(remote_host, now)) {
    return answer(asker.request, asker.rid, {"", false, std::move(*why)}, out);
  }
  openings_.push_back({now.steady_us, remote_host});
  Tunnel& tunnel = tunnels_[message.tunnel];
  tunnel.connection = kTunnelServedFirst + 2 * opened_++;
  names_.emplace(tunnel.connection, message.tunnel);
  out.emplace_back(TunnelOpened{tunnel.connection, base::Endpoint{remote_host, 0}, false});
  take(tunnel, asker, std::move(message), now, out);
}

std::optional<std::string> TunnelServer::why_not_open(const std::string& remote_host,
                                                      base::Time now) {
  const std::int64_t window_us = kTunnelOpensWindowMs * base::kUsPerMs;
  while (!openings_.empty() && openings_.front().when_us + window_us <= now.steady_us) {
    openings_.pop_front();
  }
  const auto of_host =
      std::count_if(openings_.begin(), openings_.end(),
                    [&](const Opening& opening) { return opening.host == remote_host; });
  if (static_cast<std::size_t>(of_host) >= kTunnelOpensPerHostMax) {
    return "too many tunnels were opened from there, try later";
  }
  if (openings_.size() >= kTunnelOpensMax || !make_room()) return "too many tunnels are open";
  return std::nullopt;
}

/// Forgets the tunnel that has been over for longest if there are as many as there may be.
bool TunnelServer::make_room() {
  if (tunnels_.size() < kTunnelsServedMax) return true;
  auto oldest = tunnels_.end();
  for (auto of = tunnels_.begin(); of != tunnels_.end(); ++of) {
    if (of->second.state != State::kOver) continue;
    if (oldest == tunnels_.end() || of->second.until_us < oldest->second.until_us) oldest = of;
  }
  if (oldest == tunnels_.end()) return false;
  tunnels_.erase(oldest);
  return true;
}

void TunnelServer::take(Tunnel& tunnel, const Asker& asker, TunnelRequest message, base::Time now,
                        Outputs& out) {
  if (tunnel.state == State::kOpen) tunnel.until_us = now.us_after(kTunnelSilenceMs);
  if (message.number < tunnel.next) return repeat(tunnel, asker, message.number, now, out);
  if (tunnel.state == State::kOver) {
    return answer(asker.request, asker.rid, {"", false, tunnel.reason}, out);
  }
  if (message.number >= tunnel.next + kTunnelCallsMax) {
    return refuse(
        asker.request, asker.rid,
        fmt::format("tunnel: number {} comes too early, {} is next", message.number, tunnel.next),
        out);
  }
  if (message.number > tunnel.next) {
    // Whoever sent it before has given that call up, or will take it for failed.
    if (tunnel.early) {
      const Asker& older = tunnel.early->asker;
      out.emplace_back(RpcReply{older.request, encode_error(older.rid, kErrTimeout)});
    }
    tunnel.early = Early{asker, std::move(message), now.us_after(kTunnelHoldMs)};
    return;
  }
  accept(tunnel, asker, std::move(message), now, out);
  if (tunnel.state == State::kOver || !tunnel.early) return;
  const Early early = *std::exchange(tunnel.early, std::nullopt);
  accept(tunnel, early.asker, early.message, now, out);
}

/// Takes the next request: the one held before is answered at once, this one is held.
void TunnelServer::accept(Tunnel& tunnel, const Asker& asker, TunnelRequest message, base::Time now,
                          Outputs& out) {
  SYRAH_CHECK(message.number == tunnel.next, "a tunnel's requests are taken in order");
  ++tunnel.next;
  if (tunnel.held) give(tunnel, now, out);
  if (tunnel.state == State::kOver) {
    return answer(asker.request, asker.rid, {"", false, tunnel.reason}, out);
  }
  tunnel.held = Held{asker, message.number, now.us_after(kTunnelHoldMs)};
  if (!message.bytes.empty() && tunnel.state == State::kOpen) {
    out.emplace_back(TunnelReceived{tunnel.connection, std::move(message.bytes)});
  }
  if (message.close) {
    end(tunnel, message.close->empty() ? kClosedByOther : *message.close, "closed", now, out);
  } else if (message.number == 0 || !tunnel.waiting.empty() || tunnel.state == State::kClosing) {
    give(tunnel, now, out);
  }
}

void TunnelServer::repeat(Tunnel& tunnel, const Asker& asker, std::uint64_t number, base::Time now,
                          Outputs& out) {
  // The repetition shows that somebody wants an answer now.
  if (tunnel.held && tunnel.held->number == number) give(tunnel, now, out);
  for (const Given& given : tunnel.given) {
    if (given.number == number) return answer(asker.request, asker.rid, given.reply, out);
  }
  if (tunnel.state == State::kOver) {
    return answer(asker.request, asker.rid, {"", false, tunnel.reason}, out);
  }
  refuse(asker.request, asker.rid, fmt::format("tunnel: number {} was answered long ago", number),
         out);
}

// ---- replies -----------------------------------------------------------------------------------

/// Answers the request that is held with what waits.
void TunnelServer::give(Tunnel& tunnel, base::Time now, Outputs& out) {
  const Held held = *std::exchange(tunnel.held, std::nullopt);
  TunnelReply reply;
  reply.bytes = tunnel.waiting.substr(0, kTunnelBytesPerCallMax);
  tunnel.waiting.erase(0, reply.bytes.size());
  const bool is_last = tunnel.state != State::kOpen && tunnel.waiting.empty();
  if (is_last) {
    reply.open = false;
    reply.reason = tunnel.reason;
  }
  answer(held.asker.request, held.asker.rid, reply, out);
  if (!reply.bytes.empty() && tunnel.state == State::kOpen) {
    out.emplace_back(TunnelSent{tunnel.connection, reply.bytes.size()});
  }
  tunnel.given.push_back({held.number, std::move(reply)});
  if (tunnel.given.size() > kTunnelCallsMax) tunnel.given.pop_front();
  if (is_last && tunnel.state == State::kClosing) end(tunnel, "closed here", "", now, out);
}

/// `reason_for_other`: empty if the other side was or is to be told what it was before.
void TunnelServer::end(Tunnel& tunnel, std::string reason, std::string reason_for_other,
                       base::Time now, Outputs& out) {
  tunnel.state = State::kOver;
  tunnel.waiting.clear();
  if (!reason_for_other.empty()) tunnel.reason = std::move(reason_for_other);
  tunnel.until_us = now.us_after(kTunnelRememberMs);
  if (tunnel.held) give(tunnel, now, out);
  if (tunnel.early) {
    const Asker& asker = tunnel.early->asker;
    answer(asker.request, asker.rid, {"", false, tunnel.reason}, out);
    tunnel.early.reset();
  }
  names_.erase(tunnel.connection);
  out.emplace_back(TunnelClosed{tunnel.connection, std::move(reason)});
}

TunnelServer::Tunnel* TunnelServer::find(std::uint64_t connection) {
  const auto name = names_.find(connection);
  return name == names_.end() ? nullptr : &tunnels_.at(name->second);
}

void TunnelServer::send(std::uint64_t connection, std::string_view bytes, base::Time now,
                        Outputs& out) {
  Tunnel* const tunnel = find(connection);
  if (tunnel == nullptr || tunnel->state != State::kOpen || bytes.empty()) return;
  if (bytes.size() > kTunnelUnsentBytesMax - tunnel->waiting.size()) {
    return end(*tunnel, "more bytes wait than may", kClosedByOther, now, out);
  }
  tunnel->waiting += bytes;
  if (tunnel->held) give(*tunnel, now, out);
}

void TunnelServer::close(std::uint64_t connection, base::Time now, Outputs& out) {
  Tunnel* const tunnel = find(connection);
  if (tunnel == nullptr || tunnel->state != State::kOpen) return;
  tunnel->state = State::kClosing;
  tunnel->reason = kClosedByOther;
  tunnel->until_us = now.us_after(kTunnelLingerMs);
  if (tunnel->held) give(*tunnel, now, out);
}

void TunnelServer::close_all(base::Time now, Outputs& out) {
  for (auto of = names_.begin(); of != names_.end();) close((of++)->first, now, out);
}

// ---- time --------------------------------------------------------------------------------------

std::int64_t TunnelServer::deadline_us(const Tunnel& tunnel) {
  std::int64_t next = tunnel.until_us;
  if (tunnel.held) next = std::min(next, tunnel.held->until_us);
  if (tunnel.early) next = std::min(next, tunnel.early->until_us);
  return next;
}

std::int64_t TunnelServer::next_deadline_us() const {
  std::int64_t next = INT64_MAX;
  for (const auto& [name, tunnel] : tunnels_) next = std::min(next, deadline_us(tunnel));
  return next;
}

void TunnelServer::tick(base::Time now, Outputs& out) {
  for (auto of = tunnels_.begin(); of != tunnels_.end();) {
    of = tick(of->second, now, out) ? std::next(of) : tunnels_.erase(of);
  }
}

/// False when the tunnel can be forgotten.
bool TunnelServer::tick(Tunnel& tunnel, base::Time now, Outputs& out) {
  if (tunnel.held && now.steady_us >= tunnel.held->until_us) give(tunnel, now, out);
  if (tunnel.early && now.steady_us >= tunnel.early->until_us) {
    const Asker& asker = tunnel.early->asker;
    out.emplace_back(RpcReply{asker.request, encode_error(asker.rid, kErrTimeout)});
    tunnel.early.reset();
  }
  if (now.steady_us < tunnel.until_us) return true;
  switch (tunnel.state) {
    case State::kOpen:
      end(tunnel, fmt::format("nothing was heard for {} s", kTunnelSilenceMs / 1000),
          "nothing was heard from you", now, out);
      return true;
    case State::kClosing:
      end(tunnel, "closed here", "", now, out);
      return true;
    case State::kOver:
      break;
  }
  return false;
}

}  // namespace syrah::grenache
