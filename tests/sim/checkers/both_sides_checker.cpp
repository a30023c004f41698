#include "sim/checkers/both_sides_checker.h"

#include <fmt/format.h>

namespace syrah::sim {

using exchange::Recorded;
using exchange::Traded;

void BothSidesChecker::say(const Recorded& recorded, const base::TradeId& trade,
                           std::string_view what) {
  report_.broken(kInvariant, recorded.home,
                 fmt::format("entry {}, trade {}: {}", report_.name({recorded.home, recorded.seq}),
                             report_.name(trade), what));
}

void BothSidesChecker::entry(const Recorded& recorded, const Ledger& before) {
  if (const auto* event = std::get_if<Traded>(&recorded.event)) {
    traded(recorded, *event, before);
  } else if (const auto* refusal = std::get_if<exchange::Refused>(&recorded.event)) {
    refused(recorded, *refusal);
  } else if (const auto* release = std::get_if<exchange::Released>(&recorded.event)) {
    released(recorded, *release);
  }
}

void BothSidesChecker::traded(const Recorded& recorded, const Traded& event, const Ledger& before) {
  const bool by_maker = event.maker.home == recorded.home;
  const bool by_taker = event.taker.home == recorded.home;
  if (!by_maker && !by_taker) {
    say(recorded, event.trade, "neither order is at home here");
  } else if (by_maker && by_taker) {
    Trade& trade = trades_[event.trade];
    if (trade.maker_entry != 0) say(recorded, event.trade, "told twice");
    trade.maker_home = recorded.home;
    trade.maker_entry = trade.taker_entry = recorded.seq;
  } else if (by_maker) {
    decided(recorded, event, before);
  } else {
    confirmed(recorded, event);
  }
}

void BothSidesChecker::decided(const Recorded& recorded, const Traded& event,
                               const Ledger& before) {
  Trade& trade = trades_[event.trade];
  if (trade.maker_entry != 0) {
    say(recorded, event.trade, fmt::format("decided before, in entry {}", trade.maker_entry));
  }
  if (trade.refused_entry != 0) {
    say(recorded, event.trade, fmt::format("refused before, in entry {}", trade.refused_entry));
  }
  if (trade.released_entry != 0) {
    say(recorded, event.trade,
        fmt::format("the taker let go of it in its entry {}", trade.released_entry));
  }
  const LedgerHold* const hold = before.hold(event.trade);
  if (hold == nullptr) {
    say(recorded, event.trade, "the taker's home has no durable hold for it");
  } else if (hold->request.maker != event.maker ||
             base::OrderId{event.trade.home, hold->request.order} != event.taker ||
             hold->request.price != event.price || hold->request.quantity < event.quantity) {
    say(recorded, event.trade, "not what the hold asks for");
  }
  trade.maker_home = recorded.home;
  trade.maker_entry = recorded.seq;
  trade.price = event.price;
  trade.quantity = event.quantity;
}

void BothSidesChecker::confirmed(const Recorded& recorded, const Traded& event) {
  Trade& trade = trades_[event.trade];
  if (trade.maker_entry == 0) {
    say(recorded, event.trade, "the maker's home has no durable decision for it");
  } else if (trade.price != event.price || trade.quantity != event.quantity) {
    say(recorded, event.trade,
        fmt::format("{} lots at {} ticks here, {} at {} at the maker's home", event.quantity.lots,
                    event.price.ticks, trade.quantity.lots, trade.price.ticks));
  }
  if (trade.taker_entry != 0) {
    say(recorded, event.trade, fmt::format("told before, in entry {}", trade.taker_entry));
  }
  trade.taker_entry = recorded.seq;
}

void BothSidesChecker::refused(const Recorded& recorded, const exchange::Refused& event) {
  Trade& trade = trades_[event.trade];
  if (trade.maker_entry != 0 || trade.refused_entry != 0) {
    say(recorded, event.trade,
        fmt::format("refused, and decided before in entry {}",
                    trade.maker_entry != 0 ? trade.maker_entry : trade.refused_entry));
  }
  trade.refused_entry = recorded.seq;
}

void BothSidesChecker::released(const Recorded& recorded, const exchange::Released& event) {
  const base::TradeId id{recorded.home, event.hold};
  Trade& trade = trades_[id];
  if (trade.maker_entry != 0) {
    say(recorded, id,
        fmt::format("let go, and the maker's home traded it in its entry {}", trade.maker_entry));
  } else if (trade.refused_entry == 0 && event.reason != exchange::RefuseReason::kAbandoned) {
    say(recorded, id, "let go, and the maker's home has no durable refusal");
  }
  trade.released_entry = recorded.seq;
}

void BothSidesChecker::at_end() {
  for (const auto& [id, trade] : trades_) {
    if (trade.maker_entry == 0 || trade.taker_entry != 0 || trade.released_entry != 0) continue;
    report_.broken(
        kInvariant, id.home,
        fmt::format("trade {} is entry {} of {} and never came to its taker's feed",
                    report_.name(id), trade.maker_entry, report_.name(trade.maker_home)));
  }
}

}  // namespace syrah::sim
