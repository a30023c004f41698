#include "sim/checkers/price_checker.h"

#include <fmt/format.h>

namespace syrah::sim {

void PriceChecker::say(const exchange::Recorded& recorded, std::string what) {
  report_.broken(kInvariant, recorded.home,
                 fmt::format("entry {}: {}", report_.name({recorded.home, recorded.seq}), what));
}

void PriceChecker::entry(const exchange::Recorded& recorded, const Ledger& before) {
  if (const auto* event = std::get_if<exchange::Traded>(&recorded.event)) {
    traded(recorded, *event, before);
  } else if (const auto* request = std::get_if<exchange::Held>(&recorded.event)) {
    held(recorded, *request, before);
  }
}

void PriceChecker::traded(const exchange::Recorded& recorded, const exchange::Traded& event,
                          const Ledger& before) {
  const LedgerOrder* const maker = before.order(event.maker);
  const LedgerOrder* const taker = before.order(event.taker);
  if (maker == nullptr || taker == nullptr) {
    say(recorded, "trades an order that no durable entry accepted");
    return;
  }
  if (maker->terms.side == taker->terms.side) say(recorded, "both orders are on one side");
  if (maker->instrument != taker->instrument || maker->instrument != recorded.instrument) {
    say(recorded, "the orders are for different instruments");
  }
  if (maker->terms.account == taker->terms.account) {
    say(recorded, fmt::format("{} and {} are both of account {}", report_.name(maker->id),
                              report_.name(taker->id), maker->terms.account));
  }
  // The maker's limit is checked where its home decides; the taker's where it trades at home, or
  // else where its home asks: it may change its mind about what is not asked for yet.
  if (recorded.home == event.maker.home && maker->price != event.price) {
    say(recorded, fmt::format("at {} ticks, the maker {} asks for {}", event.price.ticks,
                              report_.name(maker->id), maker->price.ticks));
  }
  if (event.maker.home == event.taker.home &&
      !exchange::crosses(taker->terms.side, taker->price, event.price)) {
    say(recorded, fmt::format("at {} ticks, outside the limit of {} of the taker {}",
                              event.price.ticks, taker->price.ticks, report_.name(taker->id)));
  }
}

void PriceChecker::held(const exchange::Recorded& recorded, const exchange::Held& event,
                        const Ledger& before) {
  const LedgerOrder* const order = before.order({recorded.home, event.order});
  if (order == nullptr) {
    say(recorded, fmt::format("holds for order {} that was never accepted", event.order));
  } else if (!exchange::crosses(order->terms.side, order->price, event.price)) {
    say(recorded, fmt::format("asks at {} ticks, outside the limit of {} of order {}",
                              event.price.ticks, order->price.ticks, report_.name(order->id)));
  }
}

}  // namespace syrah::sim
