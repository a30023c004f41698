#include "exchange/transcript.h"

#include <fmt/format.h>

#include "exchange/event_codec.h"
#include "exchange/exchange_fixture.h"

namespace syrah::exchange::testing {

struct Transcript::Teller {
  Transcript& all;
  const Recorded& recorded;

  [[nodiscard]] std::string home() const { return all.home_name(recorded.home); }
  [[nodiscard]] std::string own(Seq seq) const { return all.order_name({recorded.home, seq}); }

  std::string operator()(const InstrumentDeclared&) const { return {}; }

  std::string operator()(const OrderAccepted& event) const {
    std::string line = fmt::format("{} {} {}s {}", home(), own(recorded.seq), to_text(event.side),
                                   all.amount(event.price, event.quantity));
    if (event.type == OrderType::kMarket) line += " market";
    if (event.tif != TimeInForce::kGtc) line += fmt::format(" {}", to_text(event.tif));
    if (event.post_only) line += " post-only";
    if (event.stop != Stop::kNone) {
      line += fmt::format(" {} {}", to_text(event.stop), coin().text(event.stop_price));
    }
    if (event.funds.units != 0) line += fmt::format(" funds {}", coin().text(event.funds));
    return line;
  }

  std::string operator()(const OrderReplaced& event) const {
    std::string line = fmt::format("{} {} is now {}", home(), own(event.order),
                                   all.amount(event.price, event.quantity));
    if (event.stop_price.ticks != 0) line += " stop " + coin().text(event.stop_price);
    return line;
  }

  std::string operator()(const Triggered& event) const {
    return fmt::format("{} {} is triggered: {}", home(), own(event.order),
                       all.amount(event.price, event.quantity));
  }

  std::string operator()(const OrderClosed& event) const {
    return fmt::format("{} {} closed: {}", home(), own(event.order), to_text(event.reason));
  }

  std::string operator()(const Traded& event) const {
    const bool maker = event.maker.home == recorded.home;
    const bool taker = event.taker.home == recorded.home;
    return fmt::format("{} {} {}, {} takes {}", home(),
                       maker && taker ? "trades" : (maker ? "fills" : "confirms"),
                       all.amount(event.price, event.quantity), all.order_name(event.taker),
                       all.order_name(event.maker));
  }

  std::string operator()(const Held& event) const {
    std::string line =
        fmt::format("{} holds {} of {} for {} @ {}", home(), coin().text(event.quantity),
                    own(event.order), all.order_name(event.maker), coin().text(event.price));
    if (event.self_trade) line += " self-trade";
    if (event.group_size > 1) {
      line += fmt::format(" ({} of {})", event.group_index + 1, event.group_size);
    }
    return line;
  }

  [[nodiscard]] std::string less(Quantity decrement) const {
    if (decrement.lots == 0) return {};
    return fmt::format(", less {}", coin().text(decrement));
  }

  std::string operator()(const Refused& event) const {
    const Held& request = all.requests_[event.trade];
    return fmt::format("{} refuses {} for {}: {}{}", home(), own(event.maker),
                       all.order_name({event.trade.home, request.order}), to_text(event.reason),
                       less(event.decrement));
  }

  std::string operator()(const Released& event) const {
    const Held& request = all.requests_[{recorded.home, event.hold}];
    return fmt::format("{} releases {} of {}: {}{}", home(), coin().text(request.quantity),
                       own(request.order), to_text(event.reason), less(event.decrement));
  }

  std::string operator()(const LeaseRenewed&) const { return {}; }
  std::string operator()(const Settled& event) const {
    return fmt::format("{} forgets what it decided for {}", home(), all.home_name(event.home));
  }
  std::string operator()(const Checkpoint&) const { return {}; }
};

void Transcript::name_home(const NodeId& home, std::string name) { homes_[home] = std::move(name); }

void Transcript::learn(const NodeId& home, std::string_view text) {
  const auto recorded = decode_event(home, text, instruments_[home]);
  if (!recorded) return;
  if (const auto* declared = std::get_if<InstrumentDeclared>(&recorded->event)) {
    static_cast<void>(instruments_[home].add(declared->instrument));
  } else if (const auto* order = std::get_if<OrderAccepted>(&recorded->event)) {
    orders_.erase({home, recorded->seq});
    if (!order->client_id.empty()) orders_[{home, recorded->seq}] = order->client_id;
  } else if (const auto* held = std::get_if<Held>(&recorded->event)) {
    requests_[{home, recorded->seq}] = *held;
  }
}

std::string Transcript::line(const NodeId& home, std::string_view text) {
  const auto recorded = decode_event(home, text, instruments_[home]);
  if (!recorded) return "cannot be read: " + recorded.error().message;
  return std::visit(Teller{*this, *recorded}, recorded->event);
}

std::string Transcript::order_name(const OrderId& id) const {
  const auto found = orders_.find(id);
  return found == orders_.end() ? fmt::format("{}#{}", home_name(id.home), id.seq) : found->second;
}

std::string Transcript::home_name(const NodeId& home) const {
  const auto found = homes_.find(home);
  return found == homes_.end() ? home.brief() : found->second;
}

std::string Transcript::amount(Price price, Quantity quantity) const {
  return fmt::format("{} @ {}", coin().text(quantity), coin().text(price));
}

}  // namespace syrah::exchange::testing
