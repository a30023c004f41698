#include "exchange/event_codec.h"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "base/hex.h"
#include "exchange/limits.h"
#include "exchange/members.h"
#include "exchange/names.h"
#include "json/reader.h"
#include "json/writer.h"

namespace syrah::exchange {
namespace {

constexpr std::int64_t kIntegerMax = std::numeric_limits<std::int64_t>::max();

/// Writes the members of one event after those that all have.
class EventWriter {
 public:
  EventWriter(json::Writer& out, const Recorded& recorded, const Instruments& instruments)
      : out_(out), name_(recorded.instrument), instrument_(instruments.find(recorded.instrument)) {
    SYRAH_CHECK(name_.empty() || instrument_ != nullptr, "an event in an unknown instrument");
  }

  void operator()(const InstrumentDeclared& event) {
    begin("instrument");
    out_.string("name", event.instrument.name);
    out_.string("tick", base::to_text(event.instrument.tick));
    out_.string("lot", base::to_text(event.instrument.lot));
  }

  void operator()(const OrderAccepted& event) {
    begin_with_steps("order");
    out_.string("side", to_text(event.side));
    if (event.type != OrderType::kLimit) out_.string("type", to_text(event.type));
    amounts(event.price, event.quantity);
    if (event.tif != TimeInForce::kGtc) out_.string("tif", to_text(event.tif));
    if (event.expires_ms != 0) out_.integer("expires", event.expires_ms);
    if (event.post_only) out_.boolean("postOnly", true);
    if (event.self_trade != SelfTrade::kDecrementAndCancel) {
      out_.string("selfTrade", to_text(event.self_trade));
    }
    out_.string("account", event.account);
    if (!event.client_id.empty()) out_.string("clientId", event.client_id);
    if (event.stop != Stop::kNone) {
      out_.string("stop", to_text(event.stop));
      out_.string("stopPrice", instrument_->inline_text(event.stop_price));
    }
    if (event.funds.units != 0) out_.string("funds", instrument_->inline_text(event.funds));
  }

  void operator()(const OrderReplaced& event) {
    begin_with_steps("replace");
    number("order", event.order);
    amounts(event.price, event.quantity);
    if (event.stop_price.ticks != 0) {
      out_.string("stopPrice", instrument_->inline_text(event.stop_price));
    }
  }

  void operator()(const Triggered& event) {
    begin_with_steps("trigger");
    number("order", event.order);
    amounts(event.price, event.quantity);
  }

  void operator()(const OrderClosed& event) {
    begin_with_steps("close");
    number("order", event.order);
    out_.string("reason", to_text(event.reason));
  }

  void operator()(const Traded& event) {
    begin_with_steps("trade");
    out_.string("trade", event.trade.inline_text());
    out_.string("maker", event.maker.inline_text());
    out_.string("taker", event.taker.inline_text());
    amounts(event.price, event.quantity);
  }

  void operator()(const Held& event) {
    begin_with_steps("hold");
    number("order", event.order);
    out_.string("maker", event.maker.inline_text());
    amounts(event.price, event.quantity);
    if (event.self_trade) out_.boolean("selfTrade", true);
    if (event.group_size != 1) out_.integer("groupSize", event.group_size);
    if (event.group_index != 0) out_.integer("groupIndex", event.group_index);
  }

  void operator()(const Refused& event) {
    begin_with_steps("refuse");
    out_.string("trade", event.trade.inline_text());
    number("maker", event.maker);
    out_.string("reason", to_text(event.reason));
    decrement(event.decrement);
  }

  void operator()(const Released& event) {
    begin_with_steps("release");
    number("hold", event.hold);
    out_.string("reason", to_text(event.reason));
    decrement(event.decrement);
  }

  void operator()(const LeaseRenewed& event) {
    begin("lease");
    out_.integer("until", event.until_ms);
  }

  void operator()(const Settled& event) {
    begin("settled");
    out_.string("home", event.home.inline_text());
    number("below", event.below);
  }

  void operator()(const Checkpoint& event) {
    begin("checkpoint");
    out_.string("digest", base::to_inline_hex(event.digest));
    number("size", event.size_bytes);
  }

 private:
  void begin(std::string_view word) { out_.string("event", word); }

  void begin_with_steps(std::string_view word) {
    begin(word);
    if (instrument_ != nullptr) out_.string("instrument", name_);
  }

  void number(json::Name name, std::uint64_t value) {
    out_.integer(name, static_cast<std::int64_t>(value));
  }

  void amounts(Price price, Quantity quantity) {
    SYRAH_CHECK(instrument_ != nullptr, "a price without an instrument");
    out_.string("price", instrument_->inline_text(price));
    out_.string("quantity", instrument_->inline_text(quantity));
  }

  void decrement(Quantity quantity) {
    if (quantity.lots == 0) return;
    SYRAH_CHECK(instrument_ != nullptr, "a quantity without an instrument");
    out_.string("decrement", instrument_->inline_text(quantity));
  }

  json::Writer& out_;
  std::string_view name_;
  const Instrument* instrument_;
};

Event read_instrument(Members& in) {
  const base::Result<Instrument> instrument =
      make_instrument(in.text("name"), in.text("tick"), in.text("lot"));
  if (!instrument) {
    in.fail(instrument.error());
    return InstrumentDeclared{};
  }
  return InstrumentDeclared{*instrument};
}

Event read_order(Members& in) {
  OrderAccepted event;
  event.side = in.word("side", side_from);
  if (in.has("type")) event.type = in.word("type", order_type_from);
  event.price = in.price("price");
  event.quantity = in.quantity("quantity");
  if (in.has("tif")) event.tif = in.word("tif", time_in_force_from);
  if (in.has("expires")) event.expires_ms = in.integer("expires", 0, kTimeMsMax);
  event.post_only = in.flag("postOnly");
  if (in.has("selfTrade")) event.self_trade = in.word("selfTrade", self_trade_from);
  event.account = in.text("account");
  if (base::Status named = check_account(event.account); !named) in.fail(named.error());
  if (in.has("clientId")) event.client_id = in.text("clientId");
  if (base::Status named = check_client_id(event.client_id); !named) in.fail(named.error());
  if (in.has("stop")) event.stop = in.word("stop", stop_from);
  if (in.has("stopPrice")) event.stop_price = in.price("stopPrice");
  if (in.has("funds")) event.funds = in.notional("funds");
  return event;
}

Event read_replace(Members& in) {
  OrderReplaced event{in.seq("order"), in.price("price"), in.quantity("quantity"), {}};
  if (in.has("stopPrice")) event.stop_price = in.price("stopPrice");
  return event;
}

Event read_trigger(Members& in) {
  return Triggered{in.seq("order"), in.price("price"), in.quantity("quantity")};
}

Event read_close(Members& in) {
  return OrderClosed{in.seq("order"), in.word("reason", close_reason_from)};
}

Event read_trade(Members& in) {
  return Traded{in.entry("trade"), in.entry("maker"), in.entry("taker"), in.price("price"),
                in.quantity("quantity")};
}

Event read_hold(Members& in) {
  Held event;
  event.order = in.seq("order");
  event.maker = in.entry("maker");
  event.price = in.price("price");
  event.quantity = in.quantity("quantity");
  event.self_trade = in.flag("selfTrade");
  const auto group_max = static_cast<std::int64_t>(kGroupMax);
  if (in.has("groupSize")) {
    event.group_size = static_cast<std::uint32_t>(in.integer("groupSize", 1, group_max));
  }
  if (in.has("groupIndex")) {
    event.group_index = static_cast<std::uint32_t>(in.integer("groupIndex", 0, group_max - 1));
  }
  return event;
}

Quantity read_decrement(Members& in) {
  return in.has("decrement") ? in.quantity("decrement") : Quantity{};
}

Event read_refuse(Members& in) {
  return Refused{in.entry("trade"), in.seq("maker"), in.word("reason", refuse_reason_from),
                 read_decrement(in)};
}

Event read_release(Members& in) {
  return Released{in.seq("hold"), in.word("reason", refuse_reason_from), read_decrement(in)};
}

Event read_lease(Members& in) { return LeaseRenewed{in.integer("until", 0, kTimeMsMax)}; }

Event read_settled(Members& in) { return Settled{in.node("home"), in.seq("below")}; }

Event read_checkpoint(Members& in) {
  const crypto::Digest digest = in.digest("digest");
  return Checkpoint{digest, static_cast<std::uint64_t>(in.integer("size", 0, kIntegerMax))};
}

struct EventWord {
  std::string_view word;
  Event (*read)(Members&);
};

constexpr std::array<EventWord, 12> kEvents{{{"order", read_order},
                                             {"replace", read_replace},
                                             {"trigger", read_trigger},
                                             {"close", read_close},
                                             {"trade", read_trade},
                                             {"hold", read_hold},
                                             {"refuse", read_refuse},
                                             {"release", read_release},
                                             {"lease", read_lease},
                                             {"settled", read_settled},
                                             {"checkpoint", read_checkpoint},
                                             {"instrument", read_instrument}}};

}  // namespace

void write_event(std::string& text, const Recorded& recorded, const Instruments& instruments) {
  json::Writer out(text);
  out.begin_object();
  out.integer("seq", static_cast<std::int64_t>(recorded.seq));
  out.key("time").begin_array();
  out.integer(recorded.time.ms).integer(recorded.time.counter).end_array();
  std::visit(EventWriter(out, recorded, instruments), recorded.event);
  out.end_object();
}

std::string encode_event(const Recorded& recorded, const Instruments& instruments) {
  std::string text;
  write_event(text, recorded, instruments);
  return text;
}

base::Result<Recorded> decode_event(const NodeId& home, std::string_view text,
                                    const Instruments& instruments) {
  const base::Result<json::Document> parsed = json::parse(text);
  if (!parsed) return parsed.error();
  const json::Value& object = *parsed;
  Recorded recorded;
  recorded.home = home;
  const Instrument* instrument = nullptr;
  if (object.find("instrument") != nullptr) {
    instrument = instruments.find(object.string("instrument").value_or(""));
    if (instrument == nullptr) return base::invalid("member instrument names none declared");
    recorded.instrument = instrument->name;
  }
  Members in(object, instrument);
  recorded.seq = in.seq("seq");
  recorded.time = in.time("time");
  const std::string_view word = in.text("event");
  for (const EventWord& known : kEvents) {
    if (known.word != word) continue;
    recorded.event = known.read(in);
    if (base::Status sound = in.status(); !sound) return sound.error();
    return recorded;
  }
  in.fail("event", fmt::format("is '{}', which is not known here", word.substr(0, 32)));
  return in.status().error();
}

}  // namespace syrah::exchange
