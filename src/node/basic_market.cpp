#include "node/basic_market.h"

#include <algorithm>

#include "exchange/limits.h"
#include "node/basic_limits.h"

namespace syrah::node {
namespace {

bool is_name(const std::string& id) {
  return !id.empty() && id.size() <= kBasicIdMax &&
         std::all_of(id.begin(), id.end(),
                     [](char letter) { return letter > ' ' && letter <= '~'; });
}

/// "BTC/USD" there is "BTC-USD" here.
std::string swap_mark(std::string name, char from, char to) {
  std::replace(name.begin(), name.end(), from, to);
  return name;
}

}  // namespace

BasicMarket::BasicMarket(p2p::BasicPeers mode, std::string node_name,
                         const std::vector<exchange::Instrument>& instruments)
    : mode_(mode), node_name_(std::move(node_name)) {
  for (const exchange::Instrument& instrument : instruments) {
    SYRAH_CHECK(instruments_.add(instrument).ok(), "instruments contradict each other");
  }
}

void BasicMarket::learn(const std::map<exchange::Seq, exchange::Order>& orders, base::Time now) {
  follows_own_ = true;
  for (const auto& [seq, order] : orders) {
    own_.update(order);
    for (auto& [connection, peer] : peers_) peer.announcements.changed(seq, own_);
  }
  tell_all(now);
}

void BasicMarket::peer_up(p2p::ConnectionId connection, const std::string& name, base::Time now) {
  if (mode_ == p2p::BasicPeers::kRefuse) return;
  Peer& peer = peers_[connection] = Peer{name, {}};
  for (const exchange::Seq order : own_.all()) peer.announcements.changed(order, own_);
  tell(connection, peer, now);
}

void BasicMarket::old_network_up() {
  if (mode_ != p2p::BasicPeers::kRefuse) peers_[kOldNetwork] = Peer{"old network", {}};
}

void BasicMarket::peer_down(p2p::ConnectionId connection, base::Time now) {
  const auto found = peers_.find(connection);
  if (found == peers_.end()) return;
  const std::string name = found->second.name;
  peers_.erase(found);
  const bool replaced = std::any_of(peers_.begin(), peers_.end(),
                                    [&](const auto& other) { return other.second.name == name; });
  if (!replaced) forget_all(name);
  if (peers_.empty()) alone_since_us_ = now.steady_us;
}

void BasicMarket::message(p2p::ConnectionId connection, const p2p::Message& message,
                          base::Time now) {
  const auto found = peers_.find(connection);
  if (found == peers_.end()) return;
  heard(std::string(found->second.name), message, now);
}

void BasicMarket::heard(const std::string& peer, const p2p::Message& message, base::Time now) {
  if (mode_ == p2p::BasicPeers::kRefuse) return;
  const auto is_new = [&](std::string_view type, const std::string& id) {
    return seen_.add(type, message.sender, message.timestamp_ms, id, now.steady_us);
  };
  if (const auto* order = std::get_if<p2p::BasicOrder>(&message.body)) {
    if (is_new("order", order->id)) on_order(peer, *order, now);
  } else if (const auto* cancel = std::get_if<p2p::BasicCancel>(&message.body)) {
    if (is_new("cancel_order", cancel->order_id)) forget({peer, cancel->order_id});
  } else if (const auto* trade = std::get_if<p2p::BasicTrade>(&message.body)) {
    // Its ids mean nothing to others, so nothing follows from it but that people may know.
    if (is_new("trade", trade->id)) {
      outputs_.emplace_back(
          base::LogLine{base::LogLevel::kInfo,
                        "basic peers traded",
                        {{"told_by", peer}, {"amount", trade->amount}, {"price", trade->price}}});
    }
  }
}

void BasicMarket::ignore(const std::string& what, const std::string& peer,
                         const std::string& reason) {
  outputs_.emplace_back(base::LogLine{base::LogLevel::kDebug,
                                      what + " of a basic peer ignored",
                                      {{"peer", peer}, {"reason", reason}}});
}

base::Result<api::Indication> BasicMarket::read(const p2p::BasicOrder& order) const {
  if (!is_name(order.id)) {
    return base::invalid("an id has 1 to " + std::to_string(kBasicIdMax) + " printable characters");
  }
  const std::string name = swap_mark(order.pair.substr(0, kBasicIdMax), '/', '-');
  const exchange::Instrument* const instrument = instruments_.find(name);
  if (instrument == nullptr) return base::invalid("pair not traded here: " + name);
  const base::Result<exchange::Price> price = instrument->price(order.price);
  if (!price) return price.error();
  const base::Result<exchange::Quantity> quantity = instrument->quantity(order.amount);
  if (!quantity) return quantity.error();
  api::Indication indication;
  indication.id = order.id;
  indication.instrument = instrument->name;
  indication.side = order.buy ? exchange::Side::kBuy : exchange::Side::kSell;
  indication.price = *price;
  indication.quantity = *quantity;
  return indication;
}

bool BasicMarket::is_own(const std::string& id) const {
  const base::Result<base::PublicId> read = base::PublicId::parse(id);
  if (!read) return false;
  const exchange::Order* const order = own_.find(read->seq);
  return order != nullptr && base::PublicId::of(order->id) == *read;
}

void BasicMarket::on_order(const std::string& peer, const p2p::BasicOrder& order, base::Time now) {
  const Key key{peer, order.id};
  if (order.status == "filled" || order.status == "cancelled") return forget(key);
  if (is_own(order.id)) return ignore("order", peer, "an echo of an own one");
  base::Result<api::Indication> read_order = read(order);
  if (!read_order) return ignore("order", peer, read_order.error().message);
  if (!make_room(key)) return ignore("order", peer, "as many as there may be are shown");
  Heard& heard = heard_[key];
  auto& ages = ages_[peer];
  ages.erase({heard.heard_us, order.id});
  heard.order = std::move(*read_order);
  heard.order.peer = peer;
  heard.order.heard_ms = now.wall_ms();
  heard.heard_us = now.steady_us;
  ages.emplace(heard.heard_us, order.id);
  if (mode_ == p2p::BasicPeers::kTrade) trade(key, now);
  show(key);
}

void BasicMarket::trade(const Key& key, base::Time now) {
  const Heard& heard = heard_.at(key);
  const api::Indication& order = heard.order;
  // An order that is announced again comes with its whole amount, whatever was traded of it.
  if (order.quantity <= heard.traded) return;
  for (const OwnOrders::Match& match :
       own_.match(order.instrument, order.side, order.price, order.quantity - heard.traded)) {
    fill(key, match.order, match.price, match.quantity, now);
  }
}

void BasicMarket::take_heard(const exchange::Order& order, base::Time now) {
  std::vector<std::pair<std::pair<std::int64_t, std::int64_t>, Key>> crossed;
  for (const auto& [key, heard] : heard_) {
    const api::Indication& theirs = heard.order;
    if (theirs.instrument != order.instrument || theirs.side == order.side ||
        heard.traded >= theirs.quantity ||
        !exchange::crosses(order.side, order.price, theirs.price)) {
      continue;
    }
    const std::int64_t ticks = theirs.price.ticks;
    const bool asks = theirs.side == exchange::Side::kSell;
    crossed.push_back({{asks ? ticks : -ticks, heard.heard_us}, key});
  }
  std::sort(crossed.begin(), crossed.end());
  for (const auto& [rank, key] : crossed) {
    const Heard& heard = heard_.at(key);
    const exchange::Quantity quantity =
        own_.promise(order.id.seq, heard.order.quantity - heard.traded);
    if (quantity.lots == 0) break;
    fill(key, order.id.seq, heard.order.price, quantity, now);
    show(key);
  }
}

void BasicMarket::fill(const Key& key, exchange::Seq order, exchange::Price price,
                       exchange::Quantity quantity, base::Time now) {
  Heard& heard = heard_.at(key);
  heard.traded += quantity;
  BasicFill fill;
  // The number tells trades of one time apart, the time those of two runs.
  fill.trade = node_name_ + '-' + std::to_string(now.wall_us) + '-' + std::to_string(++trades_);
  fill.instrument = heard.order.instrument;
  fill.side = exchange::opposite(heard.order.side);
  fill.order = order;
  fill.own_order = base::PublicId::of(own_.find(order)->id).text();
  fill.quantity = quantity;
  fill.price = price;
  fill.peer = heard.order.peer;
  fill.peer_order = heard.order.id;
  outputs_.emplace_back(std::move(fill));
}

void BasicMarket::show(const Key& key) {
  const Heard& heard = heard_.at(key);
  if (heard.order.quantity <= heard.traded) {
    indications_.erase(key);
    return;
  }
  api::Indication& shown = indications_[key] = heard.order;
  shown.quantity = heard.order.quantity - heard.traded;
}

bool BasicMarket::make_room(const Key& key) {
  if (heard_.contains(key)) return true;
  const auto ages = ages_.find(key.first);
  if (ages != ages_.end() && ages->second.size() >= kIndicationsPerPeerMax) {
    const std::string oldest = ages->second.begin()->second;
    forget({key.first, oldest});
  }
  return heard_.size() < kIndicationsMax;
}

void BasicMarket::forget(const Key& key) {
  const auto found = heard_.find(key);
  if (found == heard_.end()) return;
  const auto ages = ages_.find(key.first);
  ages->second.erase({found->second.heard_us, key.second});
  if (ages->second.empty()) ages_.erase(ages);
  heard_.erase(found);
  indications_.erase(key);
}

void BasicMarket::forget_all(const std::string& peer) {
  const auto from = heard_.lower_bound({peer, ""});
  auto to = from;
  while (to != heard_.end() && to->first.first == peer) indications_.erase((to++)->first);
  heard_.erase(from, to);
  ages_.erase(peer);
}

void BasicMarket::own_order(const exchange::Order& order, base::Time now) {
  if (!follows_own_) return;
  const exchange::Order* const known = own_.find(order.id.seq);
  const bool fresh = known == nullptr || known->price != order.price;
  own_.update(order);
  if (instruments_.find(order.instrument) == nullptr) return;
  if (mode_ == p2p::BasicPeers::kTrade && fresh && !order.post_only &&
      own_.find(order.id.seq) != nullptr) {
    take_heard(order, now);
  }
  for (auto& [connection, peer] : peers_) peer.announcements.changed(order.id.seq, own_);
  tell_all(now);
}

void BasicMarket::filled(const BasicFill& fill, bool done, base::Time now) {
  own_.settle(fill.order, fill.quantity);
  if (!done) {
    const Key key{fill.peer, fill.peer_order};
    const auto heard = heard_.find(key);
    if (heard == heard_.end()) return;
    heard->second.traded -= std::min(heard->second.traded, fill.quantity);
    show(key);
    return;
  }
  const exchange::Instrument* const instrument = instruments_.find(fill.instrument);
  SYRAH_CHECK(instrument != nullptr, "a fill of an unknown instrument");
  const std::string& own = fill.own_order;
  const bool buys = fill.side == exchange::Side::kBuy;
  p2p::BasicTrade trade;
  trade.id = fill.trade;
  trade.buy_order_id = buys ? own : fill.peer_order;
  trade.sell_order_id = buys ? fill.peer_order : own;
  trade.amount = instrument->text(fill.quantity);
  trade.price = instrument->text(fill.price);
  trade.timestamp_ms = now.wall_ms();
  outputs_.emplace_back(BasicTell{0, std::move(trade)});
}

void BasicMarket::tell(p2p::ConnectionId connection, Peer& peer, base::Time now) {
  for (const Announcements::Announcement& told : peer.announcements.take(own_, now.steady_us)) {
    if (told.gone) {
      outputs_.emplace_back(
          BasicTell{connection, p2p::BasicCancel{base::PublicId::of(told.id).text()}});
      continue;
    }
    const exchange::Order& order = *own_.find(told.order);
    const exchange::Instrument* const instrument = instruments_.find(order.instrument);
    if (instrument != nullptr) {
      outputs_.emplace_back(BasicTell{connection, announce(order, *instrument)});
    }
  }
}

void BasicMarket::tell_all(base::Time now) {
  for (auto& [connection, peer] : peers_) {
    if (peer.announcements.next_deadline_us() <= now.steady_us) tell(connection, peer, now);
  }
}

p2p::BasicOrder BasicMarket::announce(const exchange::Order& order,
                                      const exchange::Instrument& instrument) const {
  p2p::BasicOrder told;
  told.id = base::PublicId::of(order.id).text();
  told.user_id = node_name_.substr(0, exchange::kAccountMax);
  // Old nodes want three characters.
  if (told.user_id.size() < kBasicUserIdMin) told.user_id = "syrah-" + told.user_id;
  told.buy = order.side == exchange::Side::kBuy;
  told.amount = instrument.text(order.free());
  told.price = instrument.text(order.price);
  told.pair = swap_mark(instrument.name, '-', '/');
  told.timestamp_ms = order.accepted.ms;
  told.status = order.filled.lots == 0 ? "pending" : "partial";
  return told;
}

void BasicMarket::tick(base::Time now) {
  std::vector<Key> old;
  for (const auto& [peer, ages] : ages_) {
    for (const auto& [heard_us, id] : ages) {
      if (heard_us + kIndicationAgeMs * base::kUsPerMs > now.steady_us) break;
      old.emplace_back(peer, id);
    }
  }
  for (const Key& key : old) forget(key);
  if (unfollow_us() <= now.steady_us) {
    own_ = OwnOrders();
    follows_own_ = false;
  }
  tell_all(now);
}

std::int64_t BasicMarket::unfollow_us() const {
  if (!follows_own_ || !peers_.empty()) return INT64_MAX;
  return alone_since_us_ + kOwnFollowedAloneMs * base::kUsPerMs;
}

std::int64_t BasicMarket::next_deadline_us() const {
  std::int64_t next = unfollow_us();
  for (const auto& [peer, ages] : ages_) {
    if (ages.empty()) continue;
    next = std::min(next, ages.begin()->first + kIndicationAgeMs * base::kUsPerMs);
  }
  for (const auto& [connection, peer] : peers_) {
    next = std::min(next, peer.announcements.next_deadline_us());
  }
  return next;
}

}  // namespace syrah::node
