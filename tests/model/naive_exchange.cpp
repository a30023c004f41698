#include "model/naive_exchange.h"

#include <algorithm>
#include <cstdlib>

namespace syrah::exchange::testing {
namespace {

/// The decimal `text` in units of which one has `decimals`; nothing if it is not that, or zero.
std::optional<std::int64_t> count(std::string text, std::size_t decimals) {
  const std::size_t point = text.find('.');
  std::string fraction;
  if (point != std::string::npos) {
    fraction = text.substr(point + 1);
    text.resize(point);
    if (fraction.empty()) return std::nullopt;
  }
  while (fraction.size() < decimals) fraction += '0';
  for (const char c : text + fraction) {
    if (c < '0' || c > '9') return std::nullopt;
  }
  const bool exact = fraction.find_first_not_of('0', decimals) == std::string::npos;
  if (text.empty() || !exact) return std::nullopt;
  const std::int64_t value = std::atoll((text + fraction.substr(0, decimals)).c_str());
  if (value <= 0 || value > (std::int64_t{1} << 52)) return std::nullopt;
  return value;
}

bool same_terms(const PlaceOrder& a, const PlaceOrder& b) {
  return a.account == b.account && a.instrument == b.instrument && a.side == b.side &&
         a.type == b.type && a.price == b.price && a.quantity == b.quantity && a.tif == b.tif &&
         a.expires_ms == b.expires_ms && a.post_only == b.post_only &&
         a.self_trade == b.self_trade && a.client_id == b.client_id && a.stop == b.stop &&
         a.stop_price == b.stop_price && a.funds == b.funds;
}

bool resting(const PlaceOrder& terms) {
  return terms.tif == TimeInForce::kGtc || terms.tif == TimeInForce::kGtd;
}

}  // namespace

std::optional<NaiveExchange::Name> NaiveExchange::place(const PlaceOrder& command,
                                                        std::int64_t now_ms) {
  if (!command.client_id.empty()) {
    for (const Used& used : used_) {
      if (used.command.account != command.account) continue;
      if (used.command.client_id != command.client_id) continue;
      if (same_terms(used.command, command)) return used.name;
      return std::nullopt;
    }
  }
  if (!acceptable(command, now_ms)) return std::nullopt;
  const auto price = limit(command);
  if (!price) return std::nullopt;
  Open order;
  order.terms = command;
  order.price = *price;
  order.waiting = command.stop != Stop::kNone;
  if (order.waiting) order.stop_price = *count(command.stop_price, 0);
  if (command.funds.empty()) {
    order.remaining = *count(command.quantity, 1);
  } else {
    order.funds = *count(command.funds, 1);
    order.remaining = most_for(order);
    if (order.remaining == 0) return std::nullopt;
  }
  order.name = accepted_++;
  order.turn = ++turns_;
  if (!command.client_id.empty()) used_.push_back({command, order.name, now_ms});
  open_.push_back(order);
  if (order.waiting) {
    look_for_due();
  } else {
    enter(order.name);
  }
  return order.name;
}

bool NaiveExchange::acceptable(const PlaceOrder& command, std::int64_t now_ms) const {
  if (command.instrument != instrument_ || command.account.empty()) return false;
  if (command.type == OrderType::kMarket && (resting(command) || !command.price.empty())) {
    return false;
  }
  if (command.post_only && !resting(command)) return false;
  if (command.tif == TimeInForce::kGtd) {
    if (command.expires_ms <= now_ms) return false;
  } else if (command.expires_ms != 0) {
    return false;
  }
  if (command.stop == Stop::kNone ? !command.stop_price.empty()
                                  : !count(command.stop_price, 0).has_value()) {
    return false;
  }
  if (command.funds.empty()) return count(command.quantity, 1).has_value();
  return command.type == OrderType::kMarket && command.tif == TimeInForce::kIoc &&
         command.quantity.empty() && count(command.funds, 1).has_value();
}

std::optional<std::int64_t> NaiveExchange::limit(const PlaceOrder& command) const {
  if (command.type == OrderType::kLimit) return count(command.price, 0);
  if (command.stop != Stop::kNone) return count(command.stop_price, 0);
  return collar(command.side);
}

std::optional<std::int64_t> NaiveExchange::collar(Side side) const {
  const auto others = depth(side == Side::kBuy ? Side::kSell : Side::kBuy);
  if (others.empty()) return std::nullopt;
  const std::int64_t best = others.front().first;
  const std::int64_t far = std::max<std::int64_t>(best * 5 / 100, 1);
  return side == Side::kBuy ? std::min(best + far, std::int64_t{1} << 52)
                            : std::max<std::int64_t>(best - far, 1);
}

std::int64_t NaiveExchange::most_for(const Open& order) const {
  std::int64_t lowest = order.price;
  const auto asks = depth(Side::kSell);
  if (order.terms.side == Side::kBuy && !asks.empty()) {
    lowest = std::min(lowest, asks.front().first);
  }
  return order.funds / lowest;
}

/// Whose stop price the last trade reached: first whose price is furthest from it, which the price
/// passed first, then who came first.
void NaiveExchange::look_for_due() {
  if (!last_) return;
  std::vector<std::pair<std::int64_t, Name>> reached;
  for (Open& order : open_) {
    if (!order.waiting || order.due) continue;
    const std::int64_t beyond =
        order.terms.stop == Stop::kLoss ? order.stop_price - *last_ : *last_ - order.stop_price;
    if (beyond < 0) continue;
    order.due = true;
    reached.emplace_back(-beyond, order.name);
  }
  std::sort(reached.begin(), reached.end());
  for (const auto& [beyond, name] : reached) due_.push_back(name);
}

void NaiveExchange::trigger() {
  for (std::size_t next = 0; next < due_.size(); ++next) {
    const Name name = due_[next];
    if (find(name) == nullptr) continue;
    Open& order = get(name);
    order.waiting = false;
    order.turn = ++turns_;
    if (order.terms.type == OrderType::kMarket) {
      order.price = collar(order.terms.side).value_or(order.price);
    }
    if (order.funds > 0) order.remaining = std::max<std::int64_t>(most_for(order), 1);
    enter(name);
  }
  due_.clear();
}

/// What becomes of an order that has just come, or come again.
void NaiveExchange::enter(Name name) {
  const PlaceOrder terms = get(name).terms;
  if (terms.post_only && best_against(get(name), false)) {
    close(name);
    return;
  }
  if (terms.tif == TimeInForce::kFok) {
    if (fills_whole(get(name))) match(name, true);
  } else {
    match(name, false);
  }
  if (!resting(terms)) close(name);
}

std::optional<NaiveExchange::Name> NaiveExchange::best_against(const Open& taker,
                                                               bool skip_own_account) const {
  const Open* best = nullptr;
  const bool buys = taker.terms.side == Side::kBuy;
  for (const Open& other : open_) {
    if (other.name == taker.name || other.terms.side == taker.terms.side) continue;
    if (other.waiting) continue;
    if (buys ? other.price > taker.price : other.price < taker.price) continue;
    if (skip_own_account && other.terms.account == taker.terms.account) continue;
    const bool better =
        best == nullptr || (buys ? other.price < best->price : other.price > best->price);
    if (better || (other.price == best->price && other.turn < best->turn)) best = &other;
  }
  if (best == nullptr) return std::nullopt;
  return best->name;
}

bool NaiveExchange::fills_whole(const Open& taker) const {
  std::int64_t available = 0;
  for (const Open& other : open_) {
    if (other.terms.side == taker.terms.side || other.waiting) continue;
    if (other.terms.account == taker.terms.account) continue;
    const bool crosses =
        taker.terms.side == Side::kBuy ? other.price <= taker.price : other.price >= taker.price;
    if (crosses) available += other.remaining;
  }
  return available >= taker.remaining;
}

void NaiveExchange::match(Name taker, bool skip_own_account) {
  while (find(taker) != nullptr) {
    const auto maker = best_against(get(taker), skip_own_account);
    if (!maker) return;
    const bool by_funds = !get(taker).terms.funds.empty();
    if (by_funds && get(taker).funds < get(*maker).price) return;
    meet(*maker, taker);
  }
}

void NaiveExchange::meet(Name maker, Name taker) {
  if (get(maker).terms.account == get(taker).terms.account) {
    prevent(maker, taker);
    return;
  }
  std::int64_t quantity = std::min(get(maker).remaining, get(taker).remaining);
  const std::int64_t price = get(maker).price;
  if (!get(taker).terms.funds.empty()) {
    quantity = std::min(quantity, get(taker).funds / price);
    get(taker).funds -= quantity * price;
  }
  trades_.push_back({maker, taker, get(maker).price, quantity});
  for (const Name name : {maker, taker}) {
    Open& order = get(name);
    order.remaining -= quantity;
    order.filled += quantity;
    if (order.remaining == 0) close(name);
  }
  last_ = price;
  look_for_due();
}

void NaiveExchange::prevent(Name maker, Name taker) {
  const SelfTrade wish = get(taker).terms.self_trade;
  if (wish == SelfTrade::kDecrementAndCancel) {
    const std::int64_t quantity = std::min(get(maker).remaining, get(taker).remaining);
    for (const Name name : {maker, taker}) {
      Open& order = get(name);
      order.remaining -= quantity;
      if (order.remaining == 0) close(name);
    }
    return;
  }
  if (wish == SelfTrade::kCancelOldest || wish == SelfTrade::kCancelBoth) close(maker);
  if (wish == SelfTrade::kCancelNewest || wish == SelfTrade::kCancelBoth) close(taker);
}

bool NaiveExchange::cancel(const std::string& account, Name name) {
  const Open* order = find(name);
  if (order == nullptr || order->terms.account != account) return false;
  close(name);
  return true;
}

std::vector<NaiveExchange::Name> NaiveExchange::cancel_all(const std::string& account,
                                                           const std::string& instrument) {
  std::vector<Name> gone;
  for (const Open& order : open_) {
    if (order.terms.account != account) continue;
    if (instrument.empty() || order.terms.instrument == instrument) gone.push_back(order.name);
  }
  for (const Name name : gone) close(name);
  return gone;
}

bool NaiveExchange::replace(const ReplaceOrder& command, Name name) {
  if (find(name) == nullptr) return false;
  Open& order = get(name);
  if (order.terms.account != command.account) return false;
  if (!command.price.empty() && order.terms.type == OrderType::kMarket) return false;
  if (!command.quantity.empty() && order.funds > 0) return false;
  const auto stop_price =
      command.stop_price.empty() ? std::optional(order.stop_price) : count(command.stop_price, 0);
  if (!stop_price || (!command.stop_price.empty() && !order.waiting)) return false;
  const auto price = command.price.empty() ? std::optional(order.price) : count(command.price, 0);
  const std::int64_t total = order.filled + order.remaining;
  const auto quantity =
      command.quantity.empty() ? std::optional(total) : count(command.quantity, 1);
  if (!price || !quantity || *quantity <= order.filled) return false;
  if (*price != order.price || *quantity > total) order.turn = ++turns_;
  order.price = *price;
  order.stop_price = *stop_price;
  order.remaining = *quantity - order.filled;
  if (order.waiting) {
    look_for_due();
  } else {
    enter(name);
  }
  return true;
}

void NaiveExchange::expire(std::int64_t now_ms) {
  std::erase_if(open_, [&](const Open& order) {
    return order.terms.tif == TimeInForce::kGtd && order.terms.expires_ms <= now_ms;
  });
  constexpr std::int64_t kDayMs = 24 * 3600 * 1000;
  std::erase_if(used_, [&](const Used& used) { return used.accepted_ms < now_ms - kDayMs; });
}

const NaiveExchange::Open* NaiveExchange::find(Name name) const {
  for (const Open& order : open_) {
    if (order.name == name) return &order;
  }
  return nullptr;
}

NaiveExchange::Open& NaiveExchange::get(Name name) {
  for (Open& order : open_) {
    if (order.name == name) return order;
  }
  SYRAH_CHECK(false, "no such open order");
  std::abort();
}

void NaiveExchange::close(Name name) {
  std::erase_if(open_, [&](const Open& order) { return order.name == name; });
}

std::vector<NaiveExchange::Level> NaiveExchange::depth(Side side) const {
  std::vector<Level> levels;
  for (const Open& order : open_) {
    if (order.terms.side != side || order.waiting) continue;
    auto level = std::find_if(levels.begin(), levels.end(),
                              [&](const Level& known) { return known.first == order.price; });
    if (level == levels.end()) level = levels.insert(levels.end(), {order.price, 0});
    level->second += order.remaining;
  }
  std::sort(levels.begin(), levels.end());
  if (side == Side::kBuy) std::reverse(levels.begin(), levels.end());
  return levels;
}

}  // namespace syrah::exchange::testing
