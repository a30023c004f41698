#include "sim/tunnel_tap.h"

#include <optional>

#include "grenache/rpc_message.h"
#include "grenache/tunnel_message.h"

namespace syrah::sim {
namespace {

/// Far from the ids of all real connections.
constexpr p2p::ConnectionId kFirst = std::uint64_t{1} << 61U;

struct Asked {
  std::string rid;
  grenache::TunnelRequest tunnel;
};

std::optional<Asked> read(const std::string& body) {
  const auto decoded = grenache::decode_request(body);
  const auto* const rpc = std::get_if<grenache::RpcRequest>(&decoded);
  if (rpc == nullptr) return std::nullopt;
  auto tunnel = grenache::decode_tunnel_request(rpc->payload);
  if (!tunnel) return std::nullopt;
  return Asked{rpc->rid, *std::move(tunnel)};
}

}  // namespace

std::vector<TunnelTap::Chunk> TunnelTap::take(const std::string& tunnel, std::uint64_t number,
                                              std::string bytes) {
  const auto [found, is_new] = streams_.try_emplace(tunnel);
  Stream& stream = found->second;
  if (is_new) stream.connection = kFirst + ++made_;
  std::vector<Chunk> chunks;
  if (number < stream.next) return chunks;  // a repetition
  stream.early[number] = std::move(bytes);
  while (!stream.early.empty() && stream.early.begin()->first == stream.next) {
    chunks.push_back({stream.connection, std::move(stream.early.begin()->second)});
    stream.early.erase(stream.early.begin());
    ++stream.next;
  }
  return chunks;
}

std::vector<TunnelTap::Chunk> TunnelTap::called(const grenache::HttpCall& call) {
  auto asked = read(call.body);
  if (!asked) return {};
  return take("out " + asked->tunnel.tunnel, asked->tunnel.number, std::move(asked->tunnel.bytes));
}

void TunnelTap::requested(std::uint64_t request, const std::string& body) {
  const auto asked = read(body);
  if (asked) requests_[request] = {asked->tunnel.tunnel, asked->tunnel.number};
}

std::vector<TunnelTap::Chunk> TunnelTap::replied(const grenache::RpcReply& reply) {
  const auto found = requests_.find(reply.request);
  if (found == requests_.end()) return {};
  const auto [tunnel, number] = found->second;
  requests_.erase(found);
  // The rid is the caller's business here: whatever it is, it is the one of the reply.
  const auto from = reply.body.find('"');
  const auto to = reply.body.find('"', from + 1);
  if (from == std::string::npos || to == std::string::npos) return {};
  const auto result =
      grenache::decode_reply(reply.body, reply.body.substr(from + 1, to - from - 1));
  if (!result) return {};
  auto said = grenache::decode_tunnel_reply(result->result);
  if (!said) return {};
  return take("in " + tunnel, number, std::move(said->bytes));
}

}  // namespace syrah::sim
