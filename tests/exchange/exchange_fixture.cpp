#include "exchange/exchange_fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "exchange/event_codec.h"
#include "exchange/home_snapshot.h"

namespace syrah::exchange::testing {

PlaceOrder buy(std::string quantity, std::string price, std::string account) {
  PlaceOrder order;
  order.account = std::move(account);
  order.instrument = "BTC-USD";
  order.price = std::move(price);
  order.quantity = std::move(quantity);
  if (order.price.empty()) {
    order.type = OrderType::kMarket;
    order.tif = TimeInForce::kIoc;
  }
  return order;
}

PlaceOrder sell(std::string quantity, std::string price, std::string account) {
  PlaceOrder order = buy(std::move(quantity), std::move(price), std::move(account));
  order.side = Side::kSell;
  return order;
}

// ---- Desk ----

Desk::Desk(std::uint8_t letter, std::uint64_t random_seed, PlantedBugs planted) {
  config.self = home_of(letter);
  config.instruments = {coin()};
  config.random_seed = random_seed;
  config.planted = planted;
  exchange_ = std::make_unique<Exchange>(config);
}

void Desk::start(Time now) {
  exchange_->finish_recovery();
  exchange_->start(now).value();
  collect(now);
}

void Desk::collect(Time now) {
  exchange_->settle(now);
  for (OwnEntry& entry : exchange_->take_entries()) {
    SYRAH_CHECK(entry.seq == feed.size() + 1, "own entries are numbered without a gap");
    feed.push_back(std::move(entry.text));
  }
  for (Fact& fact : exchange_->take_facts()) facts.push_back(std::move(fact));
  for (CheckpointText& text : exchange_->take_checkpoints()) checkpoints.push_back(text);
}

base::Status Desk::fold(const NodeId& home, const std::string& text, Time now) {
  base::Status folded = exchange_->fold(home, text, now);
  if (folded) read_.push_back({home, text});
  return folded;
}

void Desk::restart(Time now, std::size_t own_entries) {
  SYRAH_CHECK(own_entries <= feed.size(), "only what was written can be read");
  feed.resize(own_entries);
  exchange_ = std::make_unique<Exchange>(config);
  for (const std::string& text : feed) exchange_->fold(id(), text, now).value();
  for (const Read& read : read_) exchange_->fold(read.home, read.text, now).value();
  for (const OrderFact& fact : facts_of<OrderFact>()) {
    const Order& order = fact.order;
    if (order.client_id.empty() || order.version != order.id.seq) continue;
    if (order.id.seq > own_entries) continue;
    exchange_->restore_client_id(order.account, order.client_id, order.id.seq, order.accepted.ms,
                                 fact.terms);
  }
  start(now);
}

std::string Desk::snapshot() const { return snapshot_of(id()); }

std::string Desk::snapshot_of(const NodeId& home) const {
  const HomeState* state = exchange_->home(home);
  return state == nullptr ? "unknown" : HomeSnapshot::write(*state);
}

// ---- Desks ----

Desks::Desks(std::size_t count, std::uint64_t random_seed, PlantedBugs planted) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto letter = static_cast<std::uint8_t>(0x0A + i);
    desks_.push_back(std::make_unique<Desk>(letter, random_seed + i, planted));
    transcript_.name_home(at(i).id(), std::string(1, static_cast<char>('A' + i)));
    at(i).start(now);
  }
  // Everyone knows the beginning of everyone's feed.
  for (std::size_t from = 0; from < count; ++from) {
    for (std::size_t to = 0; to < count; ++to) {
      if (from == to) continue;
      deliver(from, to);
      set_reach(to, from, Reach::kLive);
    }
    told(from);
  }
}

Seq Desks::place(std::size_t index, const PlaceOrder& command) {
  const Seq seq = at(index)->place(command, now).value().id.seq;
  at(index).collect(now);
  return seq;
}

bool Desks::deliver_one(std::size_t from, std::size_t to) {
  std::size_t& done = delivered_[{from, to}];
  if (done >= at(from).feed.size()) return false;
  const base::Status folded = at(to).fold(at(from).id(), at(from).feed.at(done), now);
  SYRAH_CHECK(folded.ok(), folded.ok() ? "" : folded.error().message.c_str());
  ++done;
  at(to).collect(now);
  return true;
}

bool Desks::deliver(std::size_t from, std::size_t to) {
  bool any = false;
  while (deliver_one(from, to)) any = true;
  return any;
}

void Desks::deliver_all() {
  bool any = true;
  while (any) {
    any = false;
    for (std::size_t from = 0; from < size(); ++from) {
      for (std::size_t to = 0; to < size(); ++to) {
        if (from != to && deliver(from, to)) any = true;
      }
    }
  }
}

void Desks::advance(std::int64_t ms) {
  now.steady_us += ms * base::kUsPerMs;
  now.wall_us += ms * base::kUsPerMs;
  for (const auto& desk : desks_) {
    (*desk)->tick(now);
    desk->collect(now);
  }
}

void Desks::restart(std::size_t index, std::size_t own_entries) {
  SYRAH_CHECK(own_entries >= delivered_to_anyone(index), "what was sent was durable before");
  at(index).restart(now, own_entries);
  Reading& reading = readings_[index];
  reading.entries = std::min(reading.entries, own_entries);
  for (std::size_t other = 0; other < size(); ++other) {
    if (other != index) set_reach(index, other, Reach::kLive);
  }
}

void Desks::set_reach(std::size_t seen_by, std::size_t home, Reach reach) {
  at(seen_by)->set_reach(at(home).id(), reach, now);
  at(seen_by).collect(now);
}

std::size_t Desks::delivered(std::size_t from, std::size_t to) const {
  const auto found = delivered_.find({from, to});
  return found == delivered_.end() ? 0 : found->second;
}

std::size_t Desks::delivered_to_anyone(std::size_t from) const {
  std::size_t most = 0;
  for (std::size_t to = 0; to < size(); ++to) most = std::max(most, delivered(from, to));
  return most;
}

void Desks::read_feeds() {
  // Orders first: entries of all feeds name them.
  for (std::size_t i = 0; i < size(); ++i) {
    const Desk& desk = at(i);
    for (std::size_t n = readings_[i].entries; n < desk.feed.size(); ++n) {
      transcript_.learn(desk.id(), desk.feed.at(n));
    }
  }
  for (std::size_t i = 0; i < size(); ++i) {
    const Desk& desk = at(i);
    Reading& reading = readings_[i];
    for (; reading.entries < desk.feed.size(); ++reading.entries) {
      std::string line = transcript_.line(desk.id(), desk.feed.at(reading.entries));
      if (!line.empty()) reading.lines.push_back(std::move(line));
    }
  }
}

std::vector<std::string> Desks::told(std::size_t index) {
  read_feeds();
  return std::exchange(readings_[index].lines, {});
}

std::string Desks::disagreement() {
  for (std::size_t i = 0; i < size(); ++i) {
    if (!at(i)->home(at(i).id())->holds().empty()) return fmt::format("home {} has holds left", i);
    if (at(i)->book("BTC-USD")->crossed()) return fmt::format("home {} has a crossed book", i);
    for (std::size_t j = 0; j < size(); ++j) {
      if (at(i)->book_digest("BTC-USD") != at(j)->book_digest("BTC-USD")) {
        return fmt::format("the books of {} and {} differ", i, j);
      }
      if (at(i).snapshot() != at(j).snapshot_of(at(i).id())) {
        return fmt::format("home {} is not at {} what it is at home", i, j);
      }
    }
  }
  return disagreement_on_trades();
}

std::string Desks::disagreement_on_trades() {
  struct Told {
    int times = 0;
    Traded trade;
  };
  std::map<TradeId, Told> trades;
  for (std::size_t i = 0; i < size(); ++i) {
    HomeState state(at(i).id());
    for (const std::string& text : at(i).feed) {
      const Recorded recorded = *decode_event(at(i).id(), text, state.instruments());
      const std::vector<Seq> touched = state.apply(recorded).value();
      for (const Seq seq : touched) {
        const Order& order = *state.order(seq);
        if (order.filled > order.quantity) return order.id.text() + " is over-filled";
        const bool parted = order.filled.lots != 0 && order.filled != order.quantity;
        if (order.tif == TimeInForce::kFok && order.over() && parted) {
          return fmt::format("fill or kill order {} of home {} is filled in part", order.id.seq, i);
        }
      }
      const auto* trade = std::get_if<Traded>(&recorded.event);
      if (trade == nullptr) continue;
      Told& told = trades[trade->trade];
      if (++told.times == 1) {
        told.trade = *trade;
      } else if (told.trade != *trade) {
        return "trade " + trade->trade.text() + " is told in two ways";
      }
    }
  }
  for (std::size_t i = 0; i < size(); ++i) {
    for (const auto& [seq, order] : at(i)->home(at(i).id())->orders()) {
      if (order.closed || order.waiting() || rests(order.tif)) continue;
      return fmt::format("order {} of home {} is open and does not rest", seq, i);
    }
  }
  for (const auto& [id, told] : trades) {
    const int times = told.trade.maker.home == told.trade.taker.home ? 1 : 2;
    if (told.times != times) {
      return fmt::format("trade {} is told {} times, not {}", id.text(), told.times, times);
    }
  }
  return {};
}

}  // namespace syrah::exchange::testing
