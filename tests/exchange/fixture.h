#pragma once

// What the tests of the exchange share: two homes, one instrument, entries in order.

#include <string>
#include <utility>

#include "base/random.h"
#include "exchange/home_state.h"

namespace syrah::exchange::testing {

inline NodeId home_of(std::uint8_t letter) {
  NodeId id;
  id.bytes.fill(letter);
  return id;
}

inline const NodeId kHome = home_of(0x11);
inline const NodeId kOther = home_of(0x22);

inline Instrument bitcoin() { return {"BTC-USD", {1, 2}, {1, 8}}; }

/// A home's feed as it is written: every event gets the next number and a later time.
class Writer {
 public:
  explicit Writer(const NodeId& home = kHome) : state(home) {}

  Recorded next(Event event, std::string instrument = "BTC-USD") const {
    Recorded recorded;
    recorded.home = state.home();
    recorded.seq = state.seq() + 1;
    recorded.time = {1000 + static_cast<std::int64_t>(state.seq()), 0};
    recorded.instrument = std::move(instrument);
    recorded.event = std::move(event);
    return recorded;
  }

  base::Result<std::vector<Seq>> apply(Event event, std::string instrument = "BTC-USD") {
    return state.apply(next(std::move(event), std::move(instrument)));
  }

  void declare() { apply(InstrumentDeclared{bitcoin()}, "").value(); }

  Seq order(Side side, std::int64_t ticks, std::int64_t lots) {
    OrderAccepted event;
    event.side = side;
    event.price = {ticks};
    event.quantity = {lots};
    event.account = "alice";
    apply(event).value();
    return state.seq();
  }

  Seq hold(Seq order, std::int64_t ticks, std::int64_t lots, OrderId maker = {kOther, 9}) {
    Held event;
    event.order = order;
    event.maker = maker;
    event.price = {ticks};
    event.quantity = {lots};
    apply(event).value();
    return state.seq();
  }

  HomeState state;
};

}  // namespace syrah::exchange::testing
