#include "grenache/tunnel_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/check.h"
#include "base/hex.h"
#include "crypto/hash.h"
#include "grenache/rpc_limits.h"
#include "grenache/rpc_message.h"

namespace syrah::grenache {
namespace {

/// The time after one that may be never.
std::int64_t later(std::int64_t time_us, std::int64_t wait_ms) {
  return time_us == INT64_MAX ? INT64_MAX : time_us + wait_ms * base::kUsPerMs;
}

std::string rid_of(const std::string& tunnel, std::uint64_t number) {
  return fmt::format("{}-{}", tunnel, number);
}

}  // namespace

/// What an HttpAnswer means.
struct TunnelClient::Answer {
  std::optional<TunnelReply> reply;
  bool repeat = false;  ///< without a reply: the call may be repeated
  std::string reason;
};

TunnelClient::TunnelClient(std::string service, CallNumbers& numbers, std::uint64_t seed)
    : service_(std::move(service)), numbers_(numbers), seed_(seed), random_(seed) {}

/// One tunnel's name is told to its other side, who must not conclude those of others from it.
std::string TunnelClient::new_name() {
  const crypto::Digest digest = crypto::sha256(fmt::format("syrah tunnel {} {}", seed_, ++names_));
  return base::to_hex(std::span(digest).first(kTunnelNameBytes));
}

void TunnelClient::dial(std::uint64_t connection, const base::Endpoint& to, base::Time now,
                        Outputs& out) {
  if (tunnels_.size() >= kTunnelsDialledMax) {
    out.emplace_back(TunnelFailed{connection, "too many tunnels are open"});
    return;
  }
  Tunnel tunnel;
  tunnel.to = to;
  tunnel.name = new_name();
  const auto [of, is_new] = tunnels_.emplace(connection, std::move(tunnel));
  SYRAH_CHECK(is_new, "a tunnel's id was used before");
  ask(of, now, out);
}

void TunnelClient::send(std::uint64_t connection, std::string_view bytes, base::Time now,
                        Outputs& out) {
  const auto of = tunnels_.find(connection);
  if (of == tunnels_.end() || of->second.closing) return;
  Tunnel& tunnel = of->second;
  if (bytes.size() > kTunnelUnsentBytesMax - tunnel.waiting.size()) {
    if (!tunnel.opened) return end(of, "more bytes wait than may", out);
    tunnel.waiting.clear();
    return begin_close(of, "more bytes wait than may", now, out);
  }
  tunnel.waiting += bytes;
  advance(of, now, out);
}

void TunnelClient::close(std::uint64_t connection, base::Time now, Outputs& out) {
  const auto of = tunnels_.find(connection);
  if (of == tunnels_.end() || of->second.closing) return;
  begin_close(of, "closed here", now, out);
}

void TunnelClient::close_all(base::Time now, Outputs& out) {
  for (auto of = tunnels_.begin(); of != tunnels_.end();) close((of++)->first, now, out);
}

void TunnelClient::begin_close(Tunnels::iterator of, std::string why, base::Time now,
                               Outputs& out) {
  of->second.closing = true;
  of->second.why_closing = std::move(why);
  of->second.linger_us = now.us_after(kTunnelLingerMs);
  advance(of, now, out);
}

// ---- calls -------------------------------------------------------------------------------------

/// Whether the other side has no reason to wait with an answer: it holds the newest call only, and
/// neither the first nor the last.
bool TunnelClient::answer_is_due(const Tunnel& tunnel) {
  return !tunnel.opened || tunnel.close_said || tunnel.pending.size() == kTunnelCallsMax;
}

bool TunnelClient::polls(const Tunnel& tunnel) {
  return tunnel.opened && !tunnel.closing && tunnel.pending.empty();
}

/// Makes the calls that can be made now.
void TunnelClient::advance(Tunnels::iterator of, base::Time now, Outputs& out) {
  Tunnel& tunnel = of->second;
  const auto has_something = [&] {
    return !tunnel.waiting.empty() || (tunnel.closing && !tunnel.close_said);
  };
  while (tunnel.opened && tunnel.pending.size() < kTunnelCallsMax && has_something()) {
    ask(of, now, out);
  }
  if (tunnel.close_said && tunnel.pending.empty()) return end(of, tunnel.why_closing, out);
  if (polls(tunnel) && now.steady_us >= tunnel.poll_us) {
    tunnel.poll_us = now.us_after(kTunnelPollMs);
    ask(of, now, out);
  }
}

/// Makes a call under the next number, with what waits.
void TunnelClient::ask(Tunnels::iterator of, base::Time now, Outputs& out) {
  Tunnel& tunnel = of->second;
  TunnelRequest request;
  request.tunnel = tunnel.name;
  request.number = tunnel.next++;
  request.bytes = tunnel.waiting.substr(0, kTunnelBytesPerCallMax);
  tunnel.waiting.erase(0, request.bytes.size());
  if (tunnel.closing && tunnel.waiting.empty()) {
    request.close = "closed by the other side";
    tunnel.close_said = true;
  }
  Pending& pending = tunnel.pending.emplace_back();
  pending.number = request.number;
  pending.closing = request.close.has_value();
  pending.body = encode_request(
      {rid_of(tunnel.name, request.number), service_, encode_tunnel_request(request)});
  call(of, pending, now, out);
  if (!request.bytes.empty() && !tunnel.closing) {
    out.emplace_back(TunnelSent{of->first, request.bytes.size()});
  }
}

void TunnelClient::call(Tunnels::iterator of, Pending& pending, base::Time now, Outputs& out) {
  Tunnel& tunnel = of->second;
  ++pending.under_way;
  pending.called_us = now.steady_us;
  pending.repeat_us = INT64_MAX;
  if (answer_is_due(tunnel)) tunnel.trouble_us = std::min(tunnel.trouble_us, now.steady_us);
  const bool is_held = pending.number != 0 && !pending.closing;
  HttpCall call;
  call.call = numbers_.next();
  call.to = tunnel.to;
  call.path = "/";
  call.body = pending.body;
  call.timeout_ms = is_held ? kTunnelCallTimeoutMs : kTunnelGiveUpMs;
  calls_.emplace(call.call, std::pair(of->first, pending.number));
  out.emplace_back(std::move(call));
}

// ---- answers -----------------------------------------------------------------------------------

TunnelClient::Answer TunnelClient::read(const Tunnel& tunnel, std::uint64_t number,
                                        const HttpAnswer& answer) const {
  if (answer.status == 0) return {std::nullopt, true, printable_reason(answer.error)};
  if (answer.status != 200) {
    // Something between here and there may be in trouble; before the first reply it is more likely
    // that no RPC server is there.
    return {std::nullopt, tunnel.opened, fmt::format("HTTP status {}", answer.status)};
  }
  const base::Result<RpcResult> result = decode_reply(answer.body, rid_of(tunnel.name, number));
  if (!result) return {std::nullopt, false, result.error().message};
  if (result->error) return {std::nullopt, *result->error == kErrTimeout, *result->error};
  base::Result<TunnelReply> reply = decode_tunnel_reply(result->result);
  if (!reply) return {std::nullopt, false, reply.error().message};
  return {std::move(*reply), false, {}};
}

bool TunnelClient::answered(std::uint64_t call, const HttpAnswer& answer, base::Time now,
                            Outputs& out) {
  const auto known = calls_.find(call);
  if (known == calls_.end()) return false;
  const std::uint64_t connection = known->second.first;
  const std::uint64_t number = known->second.second;
  calls_.erase(known);
  const auto of = tunnels_.find(connection);
  if (of == tunnels_.end()) return true;
  Tunnel& tunnel = of->second;
  const auto pending = std::find_if(tunnel.pending.begin(), tunnel.pending.end(),
                                    [&](const Pending& one) { return one.number == number; });
  if (pending == tunnel.pending.end() || pending->reply) return true;  // a repetition was first
  --pending->under_way;
  Answer read_answer = read(tunnel, number, answer);
  // Where nobody listens, that shall be known at once, as with TCP: the dialler tries again later.
  const bool nobody =
      !tunnel.opened && pending->under_way == 0 && pending->failures + 1 >= kTunnelOpenTriesMax;
  if (!read_answer.reply && (!read_answer.repeat || nobody)) {
    end(of, std::move(read_answer.reason), out);
    return true;
  }
  if (!read_answer.reply) {
    repeat_later(tunnel, *pending, std::move(read_answer.reason), now);
    return true;
  }
  pending->reply = std::move(read_answer.reply);
  if (!deliver(of, now, out)) return true;
  tunnel.trouble_us = answer_is_due(tunnel) && !tunnel.pending.empty() ? now.steady_us : INT64_MAX;
  advance(of, now, out);
  return true;
}

void TunnelClient::repeat_later(Tunnel& tunnel, Pending& pending, std::string reason,
                                base::Time now) {
  tunnel.trouble = std::move(reason);
  tunnel.trouble_us = std::min(tunnel.trouble_us, now.steady_us);
  if (pending.under_way > 0) return;
  const int doublings = std::min(pending.failures++, 10);
  const std::int64_t wait_ms = std::min(kTunnelRetryMinMs << doublings, kTunnelRetryMaxMs);
  pending.repeat_us = now.us_after(wait_ms + random_.between(0, wait_ms / 4));
}

/// Takes the replies that are in order. False if the tunnel ended.
bool TunnelClient::deliver(Tunnels::iterator of, base::Time now, Outputs& out) {
  Tunnel& tunnel = of->second;
  while (!tunnel.pending.empty() && tunnel.pending.front().reply) {
    const TunnelReply reply = std::move(*tunnel.pending.front().reply);
    tunnel.pending.pop_front();
    if (!tunnel.opened && reply.open) {
      tunnel.opened = true;
      tunnel.reported = !tunnel.closing;
      if (tunnel.reported) out.emplace_back(TunnelOpened{of->first, tunnel.to, true});
    }
    if (!reply.bytes.empty() && tunnel.reported && !tunnel.closing) {
      tunnel.poll_us = now.steady_us;
      out.emplace_back(TunnelReceived{of->first, reply.bytes});
    }
    if (!reply.open) {
      end(of, tunnel.closing ? tunnel.why_closing : reply.reason, out);
      return false;
    }
  }
  return true;
}

// ---- time --------------------------------------------------------------------------------------

/// When a number is called again, if nothing happens before.
std::int64_t TunnelClient::repeat_us(const Tunnel& tunnel, const Pending& pending) {
  if (pending.reply) return INT64_MAX;
  if (pending.under_way == 0) return pending.repeat_us;
  if (!answer_is_due(tunnel)) return INT64_MAX;
  return later(std::max(pending.called_us, tunnel.trouble_us), kTunnelStallMs);
}

std::int64_t TunnelClient::deadline_us(const Tunnel& tunnel) {
  std::int64_t next = std::min(tunnel.linger_us, later(tunnel.trouble_us, kTunnelGiveUpMs));
  for (const Pending& pending : tunnel.pending) next = std::min(next, repeat_us(tunnel, pending));
  return polls(tunnel) ? std::min(next, tunnel.poll_us) : next;
}

std::int64_t TunnelClient::next_deadline_us() const {
  std::int64_t next = INT64_MAX;
  for (const auto& [connection, tunnel] : tunnels_) next = std::min(next, deadline_us(tunnel));
  return next;
}

void TunnelClient::tick(base::Time now, Outputs& out) {
  for (auto of = tunnels_.begin(); of != tunnels_.end();) tick(of++, now, out);
}

void TunnelClient::tick(Tunnels::iterator of, base::Time now, Outputs& out) {
  Tunnel& tunnel = of->second;
  if (now.steady_us >= tunnel.linger_us) return end(of, tunnel.why_closing, out);
  if (now.steady_us >= later(tunnel.trouble_us, kTunnelGiveUpMs)) {
    return end(of,
               fmt::format("no answer for {} s{}{}", kTunnelGiveUpMs / 1000,
                           tunnel.trouble.empty() ? "" : ": ", tunnel.trouble),
               out);
  }
  bool failed = false;
  for (Pending& pending : tunnel.pending) {
    if (now.steady_us < repeat_us(tunnel, pending)) continue;
    failed |= pending.under_way == 0;
    call(of, pending, now, out);
  }
  // A second number makes the other side answer the one that failed at once: so it shows whether
  // the other side can be reached again.
  if (failed && tunnel.opened && tunnel.pending.size() < kTunnelCallsMax) ask(of, now, out);
  advance(of, now, out);
}

void TunnelClient::end(Tunnels::iterator of, std::string reason, Outputs& out) {
  if (reason.empty()) reason = "closed by the other side";
  if (of->second.reported) {
    out.emplace_back(TunnelClosed{of->first, std::move(reason)});
  } else {
    out.emplace_back(TunnelFailed{of->first, std::move(reason)});
  }
  tunnels_.erase(of);
}

}  // namespace syrah::grenache
