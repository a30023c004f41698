#include "node/legacy_network.h"

#include <algorithm>
#include <utility>

#include "exchange/limits.h"
#include "json/reader.h"
#include "node/legacy_limits.h"

namespace syrah::node {
namespace {

base::LogLine line(base::LogLevel level, std::string message, std::string reason) {
  return {level, std::move(message), {{"reason", std::move(reason)}}};
}

/// Who answered, or "" where that does not show: `{"success":true,"nodeId":"<uuid>",...}`.
std::string answerer(const std::string& result) {
  const auto value = json::parse(result);
  if (!value || !value->is_object()) return {};
  return std::string(value->string("nodeId").value_or(""));
}

}  // namespace

LegacyNetwork::LegacyNetwork(const base::NodeId& self, grenache::CallNumbers& numbers,
                             std::uint64_t seed, IsHome is_home)
    : writer_(self, seed), random_(seed + 1), rpc_(numbers, seed), is_home_(std::move(is_home)) {}

// ---- addresses ---------------------------------------------------------------------------------

void LegacyNetwork::found_all(const std::vector<base::Endpoint>& endpoints, base::Time now,
                              grenache::Outputs& out) {
  all_.clear();
  for (const base::Endpoint& endpoint : endpoints) {
    if (all_.size() < kLegacyAddressesMax) all_.insert(endpoint);
  }
  const std::vector<base::Endpoint> known = addresses(now);
  if (known.empty()) return;
  for (const Waiting& waiting : std::exchange(queue_, {})) send(waiting.payload, known, out);
}

void LegacyNetwork::found_syrah(const std::vector<base::Endpoint>& endpoints) {
  syrah_.clear();
  for (const base::Endpoint& endpoint : endpoints) {
    if (syrah_.size() < kLegacyAddressesMax) syrah_.insert(endpoint);
  }
}

void LegacyNetwork::shun(const base::Endpoint& peer, base::Time now) {
  if (shunned_.size() >= kLegacyShunnedMax) shunned_.clear();
  shunned_[peer] = now.steady_us + kLegacyShunMs * base::kUsPerMs;
}

std::vector<base::Endpoint> LegacyNetwork::addresses(base::Time now) {
  std::erase_if(shunned_, [&](const auto& entry) { return entry.second <= now.steady_us; });
  std::vector<base::Endpoint> known;
  for (const base::Endpoint& endpoint : all_) {
    if (!syrah_.contains(endpoint) && !shunned_.contains(endpoint)) known.push_back(endpoint);
  }
  counts_.addresses = known.size();
  return known;
}

// ---- telling -----------------------------------------------------------------------------------

void LegacyNetwork::tell(const p2p::MessageBody& body, base::Time now, grenache::Outputs& out) {
  base::Result<std::string> payload = base::invalid("unknown to them");
  if (const auto* order = std::get_if<p2p::BasicOrder>(&body)) {
    if (told_orders_.size() >= exchange::kOpenOrdersPerHomeMax) told_orders_.clear();
    if (!told_orders_.insert(order->id).second) return;
    payload = writer_.write(*order, now);
  } else if (const auto* trade = std::get_if<p2p::BasicTrade>(&body)) {
    payload = writer_.write(*trade, now);
  } else {
    if (const auto* cancel = std::get_if<p2p::BasicCancel>(&body)) {
      told_orders_.erase(cancel->order_id);
    }
    return;
  }
  if (!payload) {
    out.emplace_back(line(base::LogLevel::kInfo, "not told to old nodes", payload.error().message));
    return;
  }
  const std::vector<base::Endpoint> known = addresses(now);
  if (!known.empty()) return send(*payload, known, out);
  if (queue_.size() >= kLegacyQueueMax) {
    queue_.pop_front();
    ++counts_.expired;
  }
  queue_.push_back({std::move(*payload), now.steady_us + kLegacyQueueMs * base::kUsPerMs});
}

void LegacyNetwork::send(const std::string& payload, const std::vector<base::Endpoint>& known,
                         grenache::Outputs& out) {
  std::vector<base::Endpoint> chosen = known;
  const std::size_t count = std::min(chosen.size(), kLegacyPeersPerMessage);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(chosen[i], chosen[i + random_.below(chosen.size() - i)]);
  }
  chosen.resize(count);
  rpc_.map(p2p::kLegacyService, payload, chosen, kLegacyTimeoutMs, out);
}

bool LegacyNetwork::answered(std::uint64_t call, const grenache::HttpAnswer& answer, base::Time now,
                             grenache::Outputs& out) {
  const std::optional<grenache::RpcAnswer> one = rpc_.answered(call, answer);
  if (!one) return false;
  if (one->result) {
    ++counts_.told;
    const std::string name = answerer(*one->result);
    if (name == writer_.name() || is_home_(name) || *one->result == p2p::legacy_ignored_self()) {
      shun(one->peer, now);
    }
    if (std::exchange(unheard_, false)) {
      out.emplace_back(base::LogLine{
          base::LogLevel::kInfo, "old nodes answer again", {{"address", one->peer.text()}}});
    }
    return true;
  }
  ++counts_.failed;
  const std::string& reason = one->result.error().message;
  const bool first = one->missing == 0 && !std::exchange(unheard_, true);
  out.emplace_back(base::LogLine{first ? base::LogLevel::kInfo : base::LogLevel::kDebug,
                                 "old node not reached",
                                 {{"address", one->peer.text()}, {"reason", reason}}});
  return true;
}

// ---- hearing -----------------------------------------------------------------------------------

base::Result<LegacyNetwork::Hearing> LegacyNetwork::hear(const std::string& payload) {
  base::Result<std::optional<p2p::LegacyMessage>> read = p2p::read_legacy(payload);
  if (!read) return read.error();
  if (!*read) return Hearing{p2p::legacy_ignored_other(), std::nullopt};
  p2p::Message& message = (*read)->message;
  if (message.sender == writer_.name()) return Hearing{p2p::legacy_ignored_self(), std::nullopt};
  Hearing hearing{p2p::legacy_processed(writer_.name()), std::nullopt};
  if (!is_home_(message.sender)) {
    ++counts_.heard;
    hearing.message = std::move(message);
  }
  return hearing;
}

// ---- time --------------------------------------------------------------------------------------

void LegacyNetwork::tick(base::Time now, grenache::Outputs& out) {
  std::size_t expired = 0;
  while (!queue_.empty() && queue_.front().until_us <= now.steady_us) {
    queue_.pop_front();
    ++expired;
  }
  if (expired == 0) return;
  counts_.expired += expired;
  out.emplace_back(base::LogLine{base::LogLevel::kDebug,
                                 "no old node in time to be told",
                                 {{"messages", std::to_string(expired)}}});
}

std::int64_t LegacyNetwork::next_deadline_us() const {
  return queue_.empty() ? INT64_MAX : queue_.front().until_us;
}

LegacyCounts LegacyNetwork::counts() const { return counts_; }

}  // namespace syrah::node
