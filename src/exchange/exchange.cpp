#include "exchange/exchange.h"

#include <algorithm>
#include <limits>

#include "exchange/limits.h"
#include "exchange/maker.h"
#include "exchange/matcher.h"
#include "exchange/order_desk.h"
#include "exchange/taker.h"

namespace syrah::exchange {

using base::kUsPerMs;
using base::Result;
using base::Status;

struct Exchange::Parts {
  explicit Parts(ExchangeConfig given)
      : config(std::move(given)),
        market(config.self, config.instruments, config.open_orders_max, config.random_seed),
        taker(market, config),
        maker(market, config),
        matcher(market, taker),
        desk(market, matcher) {}

  void renew_lease(Time now) {
    const std::int64_t until_ms = now.wall_ms() + kLeaseMs;
    if (until_ms > market.own().lease_until_ms()) {
      market.record({}, LeaseRenewed{until_ms}, now);
    }
  }

  Status abandon(Seq hold, Time now) {
    const auto found = market.own().holds().find(hold);
    const Seq order_seq = found == market.own().holds().end() ? 0 : found->second.request.order;
    if (Status done = taker.abandon(hold, now); !done) return done;
    resume(order_seq, now);
    return base::success();
  }

  /// An order's hold is over: a FOK order goes on to the next home.
  void resume(Seq order_seq, Time now) {
    const Order* order = order_seq == 0 ? nullptr : market.own_order(order_seq);
    if (order != nullptr && order->tif == TimeInForce::kFok) matcher.resume_whole(order_seq, now);
  }

  [[nodiscard]] std::int64_t lease_renewal_ms() const {
    return market.own().lease_until_ms() - kLeaseMs + kLeaseRenewMs;
  }

  [[nodiscard]] bool checkpoint_due() const {
    const HomeState& own = market.own();
    const std::uint64_t entries = own.entries_since_checkpoint();
    const std::uint64_t enough =
        std::max<std::uint64_t>(kCheckpointEntriesMin, 2 * own.orders().size());
    return entries >= enough ||
           (entries >= kDecisionsMax / 2 && own.decisions().size() > kDecisionsMax);
  }

  ExchangeConfig config;
  Market market;
  Taker taker;
  Maker maker;
  Matcher matcher;
  OrderDesk desk;
  Time last;  ///< newest time seen, to put wall-clock dates on the steady clock
};

Exchange::Exchange(ExchangeConfig config) : parts_(std::make_unique<Parts>(std::move(config))) {}
Exchange::~Exchange() = default;

Status Exchange::restore(HomeState state, const Recorded& checkpoint) {
  if (Status restored = parts_->market.restore(std::move(state), checkpoint); !restored) {
    return restored;
  }
  // Entries between what was known and the checkpoint were never seen here; what they asked and
  // answered stands in the state.
  parts_->market.scan_requests_and_answers();
  return base::success();
}

void Exchange::restore_client_id(const std::string& account, const std::string& client_id,
                                 Seq order, std::int64_t accepted_ms, std::uint64_t fingerprint) {
  parts_->desk.client_ids().add(account, client_id, {order, fingerprint}, accepted_ms);
}

void Exchange::restore_placed_by(Seq order, KeyTag key) {
  const Order* const open = own_order(order);
  if (open != nullptr && !open->closed) parts_->desk.note_placed_by(order, key);
}

void Exchange::finish_recovery(std::int64_t trades) { parts_->market.end_recovery(trades); }
void Exchange::restore_time(Hlc given) { parts_->market.restore_time(given); }
Hlc Exchange::stamp(Time now) { return parts_->market.stamp(now); }

Status Exchange::start(Time now) {
  Parts& parts = *parts_;
  parts.last = now;
  parts.taker.start(now);
  for (const Instrument& instrument : parts.config.instruments) {
    const Instrument* declared = parts.market.own().instruments().find(instrument.name);
    if (declared == nullptr) {
      parts.market.record(instrument.name, InstrumentDeclared{instrument}, now);
    } else if (*declared != instrument) {
      return base::Error{base::ErrorCode::kRefused,
                         "this node's feed has " + instrument.name + " with tick " +
                             base::to_text(declared->tick) + " and lot " +
                             base::to_text(declared->lot) +
                             "; steps of an instrument cannot change: give the new one another "
                             "name"};
    }
  }
  parts.renew_lease(now);
  parts.desk.start(now);
  parts.maker.start(now);
  parts.market.scan_requests_and_answers();
  // What was decided in part goes on before anything else happens to the orders.
  parts.maker.decide(parts.market.take_requests(), now);
  parts.market.mark_all_books();
  return base::success();
}

Status Exchange::fold(const NodeId& home, std::string_view text, Time now) {
  parts_->last = now;
  return parts_->market.fold(home, text, now);
}

void Exchange::set_reach(const NodeId& home, Reach reach, Time now) {
  parts_->last = now;
  parts_->market.set_reach(home, reach, now);
}

void Exchange::reject_home(const NodeId& home, Time now) {
  parts_->last = now;
  parts_->market.set_reach(home, Reach::kGone, now);
}

Result<Placed> Exchange::place(const PlaceOrder& command, Time now) {
  parts_->last = now;
  return parts_->desk.place(command, now);
}

Status Exchange::cancel(const std::string& account, Seq order, Time now) {
  parts_->last = now;
  return parts_->desk.cancel(account, order, now);
}

std::vector<Seq> Exchange::cancel_all(const std::string& account, const std::string& instrument,
                                      Time now) {
  parts_->last = now;
  return parts_->desk.cancel_all(account, instrument, now);
}

std::vector<Seq> Exchange::cancel_placed_by(const std::string& account, KeyTag key, Time now) {
  parts_->last = now;
  return parts_->desk.cancel_placed_by(account, key, now);
}

Status Exchange::replace(const ReplaceOrder& command, Time now) {
  parts_->last = now;
  return parts_->desk.replace(command, now);
}

Status Exchange::reduce(Seq order, Quantity quantity, Time now) {
  parts_->last = now;
  return parts_->desk.reduce(order, quantity, now);
}

Status Exchange::abandon(Seq hold, Time now) {
  parts_->last = now;
  return parts_->abandon(hold, now);
}

void Exchange::tick(Time now) {
  Parts& parts = *parts_;
  parts.last = now;
  if (now.wall_ms() >= parts.lease_renewal_ms()) parts.renew_lease(now);
  parts.desk.tick(now);
  parts.taker.tick(now);
}

std::int64_t Exchange::next_deadline_us() const {
  const Parts& parts = *parts_;
  const std::int64_t date_ms = std::min(parts.lease_renewal_ms(), parts.desk.next_expiry_ms());
  const std::int64_t never = std::numeric_limits<std::int64_t>::max();
  std::int64_t date_us = never;
  if (date_ms < never / kUsPerMs / 2) {
    const std::int64_t wait_ms = std::max<std::int64_t>(date_ms - parts.last.wall_ms(), 1);
    date_us = parts.last.steady_us + wait_ms * kUsPerMs;
  }
  if (parts.market.stops().any_due()) date_us = parts.last.steady_us;
  return std::min(date_us, parts.taker.next_deadline_us());
}

void Exchange::settle(Time now) {
  Parts& parts = *parts_;
  for (const Seq hold : parts.market.take_answers()) {
    parts.resume(parts.taker.answer(hold, now), now);
  }
  parts.maker.decide(parts.market.take_requests(), now);
  parts.matcher.match_crossed(now);
  for (std::size_t triggered = 0; triggered < kTriggersPerStepMax; ++triggered) {
    if (!parts.desk.trigger_next(now)) break;
    parts.matcher.match_crossed(now);
  }
  if (parts.checkpoint_due()) {
    parts.maker.settle_decisions(now);
    parts.market.record_checkpoint(now);
  }
}

std::vector<OwnEntry> Exchange::take_entries() { return parts_->market.take_entries(); }

std::vector<Fact> Exchange::take_facts() {
  std::vector<Fact> facts = parts_->market.take_facts();
  OrderDesk& desk = parts_->desk;
  for (Fact& fact : facts) {
    auto* changed = std::get_if<OrderFact>(&fact);
    if (changed == nullptr) continue;
    const Order& order = changed->order;
    changed->placed_by = desk.placed_by(order.id.seq);
    if (order.closed) desk.forget_placed_by(order.id.seq);
    if (order.client_id.empty()) continue;
    if (const auto use = desk.client_ids().find(order.account, order.client_id)) {
      changed->terms = use->fingerprint;
    }
  }
  return facts;
}

BookNews Exchange::take_book_news() { return parts_->market.take_book_news(); }

std::vector<CheckpointText> Exchange::take_checkpoints() {
  return parts_->market.take_checkpoints();
}

const NodeId& Exchange::self() const { return parts_->config.self; }

const std::vector<Instrument>& Exchange::instruments() const {
  return parts_->market.instruments().all();
}

const Instrument* Exchange::instrument(std::string_view name) const {
  return parts_->market.instruments().find(name);
}

const OrderBook* Exchange::book(std::string_view instrument) const {
  return parts_->market.book(instrument);
}

const Order* Exchange::own_order(Seq seq) const { return parts_->market.own_order(seq); }
const Order* Exchange::order(const OrderId& id) const { return parts_->market.order(id); }

std::optional<Price> Exchange::last_price(std::string_view instrument) const {
  return parts_->market.stops().last(instrument);
}

Standing Exchange::standing(const Order& order, Time now) const {
  return find_standing(parts_->market, parts_->taker, order, now);
}

std::optional<Seq> Exchange::find_client_id(const std::string& account,
                                            const std::string& client_id) const {
  const auto use = parts_->desk.client_ids().find(account, client_id);
  if (!use) return std::nullopt;
  return use->order;
}

const HomeState* Exchange::home(const NodeId& id) const { return parts_->market.home(id); }
std::vector<NodeId> Exchange::homes() const { return parts_->market.homes(); }
Reach Exchange::reach(const NodeId& home) const { return parts_->market.reach(home); }

const NodeId* Exchange::home_with_prefix(std::uint64_t prefix) const {
  return parts_->market.home_with_prefix(prefix);
}

const Counts& Exchange::counts() const { return parts_->market.counts(); }
std::size_t Exchange::open_orders() const { return parts_->market.open_orders(); }

std::uint64_t Exchange::book_digest(std::string_view instrument) const {
  // FNV-1a (Fowler, Noll, Vo), 64 bit, over every order in the order of the book.
  std::uint64_t digest = 0xCBF29CE484222325ULL;
  const auto mix = [&](std::uint64_t word) {
    for (int byte = 0; byte < 8; ++byte) {
      digest ^= (word >> (8 * byte)) & 0xFF;
      digest *= 0x100000001B3ULL;
    }
  };
  const OrderBook* book = parts_->market.book(instrument);
  if (book == nullptr) return digest;
  for (const Side side : {Side::kBuy, Side::kSell}) {
    book->walk(side, [&](const Resting& resting) {
      mix(resting.id.home.prefix());
      mix(resting.id.seq);
      mix(static_cast<std::uint64_t>(resting.price.ticks));
      mix(static_cast<std::uint64_t>(resting.available.lots));
      return true;
    });
    mix(0);
  }
  return digest;
}

}  // namespace syrah::exchange
