#pragma once

// Events that mostly make sense for a given state and sometimes do not.

#include "exchange/fixture.h"

namespace syrah::exchange::testing {

class RandomFeed {
 public:
  explicit RandomFeed(std::uint64_t seed) : random(seed) { writer.declare(); }

  /// Any event, possible or not.
  Event event() {
    // Enough orders end for a state that stays small.
    const bool crowded = writer.state.orders().size() > 30;
    switch (random.below(crowded ? 19 : 22)) {
      case 0:
        return LeaseRenewed{random.between(0, 20) + static_cast<std::int64_t>(seq())};
      case 1:
        return Settled{other(), random.below(40) + seq() / 2};
      case 2:
        return Checkpoint{};
      case 3:
        return declared();
      case 4:
      case 5:
        return OrderClosed{order(), CloseReason::kCancelled};
      case 6:
        return OrderReplaced{order(), price(), quantity(), replaced_stop()};
      case 7:
      case 8:
        return at_home();
      case 9:
      case 10:
        return Traded{{other(), number()}, {kHome, order()}, {other(), 5}, price(), quantity()};
      case 11:
        return answer();
      case 12:
        return answer();
      case 13:
        return Refused{{other(), number()}, order(), RefuseReason::kSelfTrade, decrement()};
      case 14:
        return Released{hold(), RefuseReason::kNotOpen, decrement()};
      case 15:
      case 16:
        return held();
      case 17:
      case 18:
        return triggered();
      default:
        return accepted();
    }
  }

  Recorded next() {
    return writer.next(event(), random.chance(20'000) ? std::string() : std::string("BTC-USD"));
  }

  base::Random random;
  Writer writer;

 private:
  Seq seq() const { return writer.state.seq(); }
  Seq number() { return random.below(40) + seq() / 2; }
  NodeId other() { return random.chance(500'000) ? kOther : home_of(0x33); }
  Price price() { return {random.between(9, 11)}; }
  Quantity quantity() { return {random.between(random.chance(30'000) ? 0 : 1, 12)}; }
  Quantity decrement() { return {random.chance(500'000) ? 0 : random.between(0, 5)}; }

  template <class Map>
  Seq key_of(const Map& map) {
    if (map.empty() || random.chance(50'000)) return seq() / 2 + 1;
    auto it = map.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(random.below(map.size())));
    return it->first;
  }
  Seq order() { return key_of(writer.state.orders()); }
  Seq hold() { return key_of(writer.state.holds()); }

  Event declared() {
    Instrument instrument = bitcoin();
    if (random.chance(100'000)) instrument.tick.scale = 3;
    return InstrumentDeclared{instrument};
  }

  Event accepted() {
    OrderAccepted event;
    event.side = random.chance(500'000) ? Side::kBuy : Side::kSell;
    event.price = price();
    event.quantity = quantity();
    event.account = random.chance(500'000) ? "alice" : "bob";
    if (random.chance(200'000)) event.client_id = "c" + std::to_string(seq());
    if (random.chance(100'000)) event.tif = TimeInForce::kFok;
    if (random.chance(100'000)) {
      event.stop = random.chance(500'000) ? Stop::kLoss : Stop::kEntry;
      event.stop_price = price();
    }
    if (random.chance(100'000)) {
      event.type = OrderType::kMarket;
      event.tif = random.chance(900'000) ? TimeInForce::kIoc : TimeInForce::kGtc;
      event.funds = {random.between(0, 100)};
    }
    return event;
  }

  Price replaced_stop() { return random.chance(800'000) ? Price{} : price(); }

  Event triggered() {
    Seq which = order();
    for (const auto& [seq, known] : writer.state.orders()) {
      if (known.waiting() && !known.closed && random.chance(500'000)) which = seq;
    }
    const Order* order = writer.state.order(which);
    if (order == nullptr || random.chance(50'000)) return Triggered{which, price(), quantity()};
    return Triggered{which, order->price, order->quantity};
  }

  Event at_home() {
    const Seq maker = order();
    const Order* made = writer.state.order(maker);
    const Price at = made != nullptr && random.chance(900'000) ? made->price : price();
    return Traded{{kHome, seq() + 1}, {kHome, maker}, {kHome, order()}, at, quantity()};
  }

  Event held() {
    Held event;
    event.order = order();
    event.maker = {other(), number()};
    event.price = price();
    event.quantity = quantity();
    event.group_size = 1 + static_cast<std::uint32_t>(random.below(3));
    event.group_index = static_cast<std::uint32_t>(random.below(event.group_size));
    return event;
  }

  Event answer() {
    const Seq asked = hold();
    const auto known = writer.state.holds().find(asked);
    if (known == writer.state.holds().end()) {
      return Traded{{kHome, asked}, {kOther, 5}, {kHome, order()}, price(), quantity()};
    }
    const Held& request = known->second.request;
    return Traded{{kHome, asked},
                  request.maker,
                  {kHome, request.order},
                  request.price,
                  {random.between(1, request.quantity.lots + 1)}};
  }
};

}  // namespace syrah::exchange::testing
