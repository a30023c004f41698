#include "exchange/book_watch.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace syrah::exchange {
namespace {

/// An index of touched orders is much larger than it has to be when it has more buckets than these,
/// and so many for each order.
constexpr std::size_t kRoomyBuckets = 256;
constexpr std::size_t kRoomyFactor = 16;

}  // namespace

void BookWatch::traded(const TradeFact& trade) {
  news_.flow.emplace_back(trade);
  const auto found = index_.find(trade.maker);
  if (found == index_.end()) return;
  Quantity& left = touched_[found->second].change.old_quantity;
  left -= std::min(left, trade.quantity);
}

void BookWatch::touch(const OrderBook& book, const Order& order, BookCause cause, Hlc time) {
  const auto [place, fresh] = index_.try_emplace(order.id, touched_.size());
  if (fresh) {
    Touched touched;
    touched.change.id = order.id;
    touched.change.instrument = order.instrument;
    touched.change.side = order.side;
    touched.change.type = order.type;
    touched.change.account = order.account;
    if (const auto resting = book.find(order.id)) {
      touched.change.old_price = resting->price;
      touched.change.old_quantity = resting->available;
      touched.old_priority = resting->priority;
    }
    touched_.push_back(std::move(touched));
  }
  RestingChange& change = touched_[place->second].change;
  change.price = order.price;
  change.cause = cause;
  change.waits = order.waiting();
  change.time = time;
  const bool told = cause == BookCause::kReach || cause == BookCause::kUnknown ||
                    closed_in_doubt_.contains(order.id);
  if (order.closed && !told) {
    change.closed = true;
    change.reason = order.filled == order.quantity ? CloseReason::kFilled : order.reason;
    change.unfilled = order.cancelled;
    if (!order.over()) closed_in_doubt_.insert(order.id);
  }
  if (order.over()) closed_in_doubt_.erase(order.id);
}

void BookWatch::forget(const NodeId& home) {
  closed_in_doubt_.erase(closed_in_doubt_.lower_bound(OrderId{home, 0}),
                         closed_in_doubt_.upper_bound(OrderId{home, ~Seq{0}}));
}

BookNews BookWatch::take(const std::map<std::string, OrderBook, std::less<>>& books) {
  using Level = std::tuple<std::string_view, Side, Price>;
  std::vector<Level> levels;
  for (Touched& touched : touched_) {
    RestingChange& change = touched.change;
    const auto now = books.find(change.instrument)->second.find(change.id);
    const bool was = touched.old_priority.seq != 0;
    if (was) levels.emplace_back(change.instrument, change.side, change.old_price);
    if (now) {
      change.price = now->price;
      change.quantity = now->available;
      change.priority = now->priority;
      change.requeued = was && now->priority != touched.old_priority;
      levels.emplace_back(change.instrument, change.side, now->price);
    }
  }
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  for (const auto& [instrument, side, price] : levels) {
    news_.levels.push_back({std::string(instrument), side, price,
                            books.find(instrument)->second.quantity_at(side, price)});
  }
  // What leaves goes first, so that the book is not crossed on the way.
  std::stable_partition(touched_.begin(), touched_.end(),
                        [](const Touched& touched) { return touched.change.quantity.lots == 0; });
  for (Touched& touched : touched_) news_.resting.push_back(std::move(touched.change));
  touched_.clear();
  // To clear it takes as long as the largest step before took.
  if (index_.bucket_count() > kRoomyBuckets + kRoomyFactor * index_.size()) {
    index_ = decltype(index_)();  // `= {}` would keep the buckets
  } else {
    index_.clear();
  }
  return std::exchange(news_, {});
}

}  // namespace syrah::exchange
