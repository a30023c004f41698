#include "exchange/order_book.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "exchange/limits.h"

namespace syrah::exchange {
namespace {

static_assert(kSeqMax <= book::kNumberMax);
static_assert(kHomesMax <= std::numeric_limits<std::uint16_t>::max());

std::int64_t told(base::Int128 lots) {
  return static_cast<std::int64_t>(
      std::min<base::Int128>(lots, std::numeric_limits<std::int64_t>::max()));
}

book::Rank rank_of(const Priority& priority) {
  return {priority.time.ms, priority.time.counter, priority.seq};
}

}  // namespace

OrderBook::OrderBook(const NodeId& self, std::uint64_t seed) : core_(seed), owners_(1) {
  number_home(self);
}

void OrderBook::set(const Order& order) {
  if (!order.resting() || order.free().lots == 0) {
    remove(order.id);
    return;
  }
  const book::Key key = book::key_of(number_home(order.id.home), order.id.seq);
  const book::Side side = core_side(order.side);
  const book::Rank rank = rank_of(order.priority);
  if (const book::Slot known = core_.find(key); known != 0) {
    if (core_.side(known) == side && core_.price(known) == order.price.ticks &&
        core_.rank(known) == rank) {
      core_.set_lots(known, order.free().lots);
      return;
    }
    take_out(known);
  }
  core_.add({key, side, order.price.ticks, order.free().lots, take_account(order.account),
             order.post_only},
            rank);
}

void OrderBook::remove(const OrderId& id) {
  if (const auto slot = slot_of(id)) take_out(*slot);
}

void OrderBook::take_out(book::Slot slot) {
  release_account(core_.account(slot));
  core_.remove(slot);
}

std::optional<book::Slot> OrderBook::slot_of(const OrderId& id) const {
  const auto home = home_numbers_.find(id.home);
  if (home == home_numbers_.end()) return std::nullopt;
  const book::Slot slot = core_.find(book::key_of(home->second, id.seq));
  if (slot == 0) return std::nullopt;
  return slot;
}

std::uint16_t OrderBook::number_home(const NodeId& home) {
  const auto number = static_cast<std::uint16_t>(homes_.size());
  const auto [known, added] = home_numbers_.try_emplace(home, number);
  if (added) {
    homes_.push_back(home);
    core_.declare_home(number, home.prefix());
  }
  return known->second;
}

book::Account OrderBook::account_of(const std::string& name) const {
  const auto known = accounts_.find(name);
  return known == accounts_.end() ? 0 : known->second;
}

book::Account OrderBook::take_account(const std::string& name) {
  const auto [known, added] = accounts_.try_emplace(name, 0);
  if (added) {
    if (free_accounts_.empty()) {
      free_accounts_.push_back(static_cast<book::Account>(owners_.size()));
      owners_.emplace_back();
    }
    known->second = free_accounts_.back();
    free_accounts_.pop_back();
    owners_[known->second].name = &known->first;
  }
  ++owners_[known->second].orders;
  return known->second;
}

void OrderBook::release_account(book::Account account) {
  Owner& owner = owners_[account];
  if (--owner.orders > 0) return;
  accounts_.erase(*owner.name);
  free_accounts_.push_back(account);
}

std::optional<Price> OrderBook::best(Side side) const {
  const auto ticks = core_.best(core_side(side));
  if (!ticks) return std::nullopt;
  return Price{*ticks};
}

bool OrderBook::crossed() const {
  const auto bid = core_.best(book::Side::kBid);
  return bid && core_.reaches(book::Side::kAsk, *bid);
}

std::optional<Resting> OrderBook::find(const OrderId& id) const {
  const auto slot = slot_of(id);
  if (!slot) return std::nullopt;
  return resting(*slot);
}

Resting OrderBook::resting(book::Slot slot) const {
  const book::Key key = core_.key(slot);
  const book::Rank& rank = core_.rank(slot);
  const NodeId& home = homes_[book::home_of(key)];
  return {{home, book::number_of(key)},
          core_.side(slot) == book::Side::kBid ? Side::kBuy : Side::kSell,
          {core_.price(slot)},
          {core_.lots(slot)},
          {{rank.ms(), rank.counter()}, home, rank.number()}};
}

book::Incoming OrderBook::incoming(const Order& order) const {
  return {book::key_of(0, order.id.seq),
          core_side(order.side),
          order.price.ticks,
          rank_of(order.priority),
          account_of(order.account),
          rests(order.tif),
          order.post_only};
}

Quantity OrderBook::quantity_at(Side side, Price price) const {
  return {told(core_.level(core_side(side), price.ticks).lots)};
}

std::vector<DepthLevel> OrderBook::depth(Side side, std::size_t levels_max) const {
  std::vector<DepthLevel> result;
  core_.walk_levels(core_side(side), [&](const book::Level& level) {
    if (result.size() >= levels_max) return false;
    result.push_back({{level.price}, {told(level.lots)}, level.orders});
    return true;
  });
  return result;
}

}  // namespace syrah::exchange
