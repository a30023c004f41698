#include "grenache/rpc_client.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "grenache/rpc_message.h"

namespace syrah::grenache {
namespace {

base::Result<std::string> read(const HttpAnswer& answer, std::string_view rid) {
  if (answer.status == 0) return base::Error{base::ErrorCode::kUnavailable, answer.error};
  // Old servers answer 500 with an array that says why.
  base::Result<RpcResult> reply = decode_reply(answer.body, rid);
  if (!reply) return reply.error();
  if (reply->error) return base::Error{base::ErrorCode::kRefused, *reply->error};
  return std::move(reply->result);
}

}  // namespace

std::uint64_t RpcClient::map(std::string_view service, std::string_view payload,
                             const std::vector<base::Endpoint>& peers, std::int64_t timeout_ms,
                             Outputs& out) {
  const std::uint64_t number = ++maps_;
  if (!peers.empty()) missing_[number] = peers.size();
  for (const base::Endpoint& peer : peers) {
    const std::uint64_t call = numbers_.next();
    std::string rid = fmt::format("{:016x}-{}", seed_, call);
    out.emplace_back(HttpCall{call, peer, "/",
                              encode_request({rid, std::string(service), std::string(payload)}),
                              timeout_ms});
    calls_.emplace(call, Call{number, peer, std::move(rid)});
  }
  return number;
}

std::optional<RpcAnswer> RpcClient::answered(std::uint64_t call, const HttpAnswer& answer) {
  const auto found = calls_.find(call);
  if (found == calls_.end()) return std::nullopt;
  const Call made = std::move(found->second);
  calls_.erase(found);
  const auto missing = missing_.find(made.map);
  SYRAH_CHECK(missing != missing_.end() && missing->second > 0, "a map counts its calls");
  const std::size_t left = --missing->second;
  if (left == 0) missing_.erase(missing);
  return RpcAnswer{made.map, made.peer, read(answer, made.rid), left};
}

}  // namespace syrah::grenache
