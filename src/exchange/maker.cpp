#include "exchange/maker.h"

#include <algorithm>
#include <map>

#include "exchange/limits.h"

namespace syrah::exchange {

Maker::Maker(Market& market, const ExchangeConfig& config) : market_(market), config_(config) {}

void Maker::start(Time now) {
  if (!config_.planted.forget_decisions) return;
  for (const NodeId& home : market_.homes()) {
    if (home == market_.self()) continue;
    const Seq all =
        std::max(market_.home(home)->seq() + 1'000'000, market_.own().settled_below(home) + 1);
    market_.record({}, Settled{home, all}, now);
  }
}

bool Maker::outstanding(const TradeId& trade) const {
  const HomeState* home = market_.home(trade.home);
  if (home == nullptr) return false;
  const auto hold = home->holds().find(trade.seq);
  if (hold == home->holds().end() || hold->second.request.maker.home != market_.self()) {
    return false;
  }
  // A request below the watermark was decided and its answer had arrived, even if this replica of
  // the asker's feed lost its end since and shows the hold as open again.
  const bool settled = trade.seq < market_.own().settled_below(trade.home);
  return (!settled || config_.planted.forget_decisions) &&
         !market_.own().decisions().contains(trade);
}

const Held& Maker::request_of(const TradeId& trade) const {
  return market_.home(trade.home)->holds().at(trade.seq).request;
}

void Maker::decide(const std::vector<TradeId>& requests, Time now) {
  for (const TradeId& trade : requests) {
    if (!outstanding(trade)) continue;
    // Only homes that keep far more in doubt than they may get here: they wait.
    if (market_.own().decisions().size() + kGroupMax > kDecisionsUnsettledMax) return;
    const Held request = request_of(trade);
    if (for_all(trade, request)) {
      decide_group(trade, request, now);
    } else {
      decide_one(trade, now);
    }
  }
}

bool Maker::for_all(const TradeId& trade, const Held& request) const {
  if (request.group_size > 1) return true;
  const Order* taker = market_.order({trade.home, request.order});
  return taker != nullptr && taker->tif == TimeInForce::kFok;
}

bool Maker::same_steps(const NodeId& asker, const std::string& instrument) const {
  const Instrument* theirs = market_.home(asker)->instruments().find(instrument);
  const Instrument* ours = market_.own().instruments().find(instrument);
  return theirs != nullptr && ours != nullptr && *theirs == *ours;
}

RefuseReason Maker::objection(const TradeId& trade, const Held& request) const {
  const Order* maker = market_.own_order(request.maker.seq);
  if (maker == nullptr || maker->closed || maker->waiting()) return RefuseReason::kNotOpen;
  const Order* taker = market_.order({trade.home, request.order});
  if (taker == nullptr || taker->side == maker->side || taker->instrument != maker->instrument ||
      !same_steps(trade.home, maker->instrument) ||
      !crosses(taker->side, taker->price, request.price) ||
      (request.self_trade && taker->account != maker->account) || !rests(maker->tif)) {
    return RefuseReason::kInvalid;
  }
  if (request.price != maker->price) return RefuseReason::kPriceMoved;
  if (maker->free().lots == 0) return RefuseReason::kNoQuantity;
  if (!request.self_trade && taker->account == maker->account) return RefuseReason::kSelfTrade;
  return RefuseReason::kAbandoned;
}

void Maker::decide_one(const TradeId& trade, Time now) {
  const Held request = request_of(trade);
  const RefuseReason reason = objection(trade, request);
  if (reason != RefuseReason::kAbandoned) {
    refuse(trade, request, reason, {}, now);
  } else if (request.self_trade) {
    prevent_self_trade(trade, request, now);
  } else {
    const Quantity free = market_.own_order(request.maker.seq)->free();
    fill(trade, request, std::min(request.quantity, free), now);
  }
}

Maker::Group Maker::group_of(const TradeId& any, const Held& request) const {
  Group group;
  const Seq first = any.seq - request.group_index;
  for (Seq seq = first; seq < first + request.group_size; ++seq) {
    const TradeId trade{any.home, seq};
    const auto decided = market_.own().decisions().find(trade);
    if (decided != market_.own().decisions().end()) {
      group.refused = group.refused || !decided->second.filled;
      continue;
    }
    group.complete = group.complete && outstanding(trade);
    if (!group.complete) return group;
    const Held& member = request_of(trade);
    group.complete = member.group_size == request.group_size && member.group_index == seq - first &&
                     member.order == request.order;
    group.open.push_back(trade);
  }
  return group;
}

void Maker::decide_group(const TradeId& any, const Held& request, Time now) {
  const Group group = group_of(any, request);
  if (!group.complete) return;  // the rest is still to come; its last member brings us back
  std::map<Seq, Quantity> wanted;
  bool whole = !group.refused;
  for (const TradeId& trade : group.open) {
    const Held& member = request_of(trade);
    whole = whole && !member.self_trade && objection(trade, member) == RefuseReason::kAbandoned;
    wanted[member.maker.seq] += member.quantity;
  }
  for (const auto& [seq, quantity] : wanted) {
    const Order* maker = market_.own_order(seq);
    whole = whole && maker != nullptr && !maker->closed && maker->free() >= quantity;
  }
  for (const TradeId& trade : group.open) {
    const Held member = request_of(trade);
    if (whole) {
      fill(trade, member, member.quantity, now);
    } else {
      refuse(trade, member, RefuseReason::kNotWhole, {}, now);
    }
  }
}

void Maker::fill(const TradeId& trade, const Held& request, Quantity quantity, Time now) {
  const std::string instrument = market_.own_order(request.maker.seq)->instrument;
  market_.record(instrument,
                 Traded{trade, request.maker, {trade.home, request.order}, request.price, quantity},
                 now);
}

void Maker::refuse(const TradeId& trade, const Held& request, RefuseReason reason,
                   Quantity decrement, Time now) {
  if (config_.planted.refuse_without_record) return;
  const Order* maker = market_.own_order(request.maker.seq);
  market_.record(maker == nullptr ? std::string{} : maker->instrument,
                 Refused{trade, request.maker.seq, reason, decrement}, now);
}

void Maker::prevent_self_trade(const TradeId& trade, const Held& request, Time now) {
  const SelfTrade wish = market_.order({trade.home, request.order})->self_trade;
  const Order* maker = market_.own_order(request.maker.seq);
  if (wish == SelfTrade::kDecrementAndCancel) {
    refuse(trade, request, RefuseReason::kSelfTrade, std::min(request.quantity, maker->free()),
           now);
    return;
  }
  // In this order: whoever stops in between refuses the request again, and what was to be closed
  // does not stay open.
  if (wish != SelfTrade::kCancelNewest) {
    const std::string instrument = maker->instrument;
    market_.record(instrument, OrderClosed{request.maker.seq, CloseReason::kSelfTrade}, now);
  }
  refuse(trade, request, RefuseReason::kSelfTrade, {}, now);
}

void Maker::settle_decisions(Time now) {
  std::map<NodeId, Seq> below;
  for (const auto& [trade, decision] : market_.own().decisions()) {
    if (below.contains(trade.home)) continue;
    const HomeState* asker = market_.home(trade.home);
    if (asker == nullptr) continue;
    Seq first_open = asker->seq() + 1;
    for (const auto& [seq, hold] : asker->holds()) {
      if (hold.request.maker.home != market_.self()) continue;
      first_open = seq;
      break;
    }
    if (trade.seq < first_open && first_open > market_.own().settled_below(trade.home))
      below.emplace(trade.home, first_open);
  }
  for (const auto& [home, seq] : below) market_.record({}, Settled{home, seq}, now);
}

}  // namespace syrah::exchange
