#include "book/book.h"

#include <iterator>

#include "base/check.h"

namespace syrah::book {

Book::Book(std::uint64_t seed) : by_key_(seed), by_number_(seed + 1) {
  pages_[0].number = kNoNumber;
}

void Book::declare_home(std::uint16_t home, std::uint64_t precedence) {
  if (home >= precedence_.size()) precedence_.resize(std::size_t{home} + 1);
  precedence_[home] = precedence;
}

bool Book::earlier(Key a, const Rank& rank_a, Key b, const Rank& rank_b) const {
  if (!rank_a.same_time(rank_b)) return rank_a.earlier_time(rank_b);
  if (home_of(a) != home_of(b)) {
    return precedence_.at(home_of(a)) < precedence_.at(home_of(b));
  }
  return rank_a.number() < rank_b.number();
}

bool Book::ByPlace::operator()(Slot a, Slot b) const {
  const std::uint32_t queue_a = book->orders_[a].queue;
  const std::uint32_t queue_b = book->orders_[b].queue;
  if (queue_a != queue_b) return queue_a < queue_b;
  return book->earlier(a, b);
}

void Book::insert_late(Queue& queue, Slot slot) {
  const Slot before = predecessor(queue, slot);
  Order& order = orders_[slot];
  Slot& link = before == 0 ? queue.head : orders_[before].next;
  order.prev = before;
  order.next = link;
  (link != 0 ? orders_[link].prev : queue.tail) = slot;
  link = slot;
}

Slot Book::predecessor(const Queue& queue, Slot slot) {
  Slot before = queue.tail;
  for (std::size_t steps = 0; before != 0 && steps < kMilestone; ++steps) {
    if (earlier(before, slot)) return before;
    before = orders_[before].prev;
  }
  return before == 0 ? before : predecessor_by_milestones(queue, slot);
}

Slot Book::predecessor_by_milestones(const Queue& queue, Slot slot) {
  Slot before = queue.head;
  const auto after = milestones_.upper_bound(slot);
  if (after != milestones_.begin() && orders_[*std::prev(after)].queue == orders_[slot].queue) {
    before = *std::prev(after);
  } else if (!earlier(before, slot)) {
    return 0;
  }
  for (std::size_t steps = 1;; ++steps) {
    const Slot next = orders_[before].next;
    if (!earlier(next, slot)) return before;  // there is one that is not: the last
    before = next;
    if (steps % kMilestone == 0) {
      orders_[before].marks |= kMarkMilestone;
      milestones_.insert(before);
    }
  }
}

Slot Book::get_page(Side side, std::int64_t number) {
  Slot page = page_place(side, number).slot;
  if (page == 0) page = make_page(side, number);
  half_of(side).near[near(number)] = page;
  return page;
}

Slot Book::make_page(Side side, std::int64_t number) {
  const Slot slot = pages_.take();
  SYRAH_CHECK(slot <= std::numeric_limits<Slot>::max() >> kPageBits, "more pages than numbers");
  Page& page = pages_[slot];
  page = {};
  page.number = number;
  page.side = side;
  by_number_.insert(by_number_.seek(static_cast<std::uint64_t>(number)), slot,
                    [&](Slot other) { return static_cast<std::uint64_t>(pages_[other].number); });
  half_of(side).pages.insert(number);
  return slot;
}

void Book::drop_page(Slot slot) {
  const Page& page = pages_[slot];
  by_number_.erase(page_place(page.side, page.number));
  Half& half = half_of(page.side);
  half.pages.erase(page.number);
  Slot& near_slot = half.near[near(page.number)];
  if (near_slot == slot) near_slot = 0;
  pages_.give(slot);
}

void Book::end_queue(std::uint32_t queue) {
  const Slot slot = page_of(queue);
  Page& page = pages_[slot];
  Half& half = half_of(page.side);
  const bool best = half.best_worth == worth_of(queue);  // there is one: the one that ends
  page.used &= static_cast<std::uint16_t>(~(1U << (queue & kPageMask)));
  const bool empty = page.used == 0;
  const Side side = page.side;
  if (empty) drop_page(slot);
  if (!best) return;
  if (empty) half.best_page = half.pages.empty() ? 0 : find_page(side, half.pages.best());
  if (half.best_page != 0) half.best_worth = best_of(half.best_page);
}

Book::At Book::below(Side side, std::int64_t worth) const {
  std::int64_t number = page_number(worth);
  if (const Slot page = find_page(side, number); page != 0) {
    const unsigned lower = pages_[page].used & ((1U << queue_number(worth)) - 1);
    if (lower != 0) return {number << kPageBits | (std::bit_width(lower) - 1), page};
  }
  const auto next = half_of(side).pages.below(number);
  if (!next) return {};
  const Slot page = find_page(side, *next);
  return {best_of(page), page};
}

Level Book::told(Side side, const At& at) const {
  const Queue& queue = pages_.annex(at.page)[queue_number(at.worth)];
  return {side, worth(side, at.worth), queue.lots(), queue.orders};
}

Level Book::level(Side side, std::int64_t price) const {
  const std::int64_t value = worth(side, price);
  const Slot page = find_page(side, page_number(value));
  if (page == 0) return {side, price, 0, 0};
  return told(side, {value, page});
}

void Book::give_memory_back() {
  orders_.clear(kKeptWhenEmpty);
  pages_.clear(kPagesKeptWhenEmpty);
  by_key_.clear();
  by_number_.clear();
}

std::optional<std::int64_t> Book::best(Side side) const {
  const Half& half = half_of(side);
  if (half.best_page == 0) return std::nullopt;
  return worth(side, half.best_worth);
}

std::size_t Book::bytes() const {
  std::size_t bytes = orders_.bytes() + pages_.bytes() + by_key_.bytes() + by_number_.bytes() +
                      precedence_.capacity() * sizeof(precedence_[0]);
  for (const Half& half : halves_) bytes += half.pages.bytes();
  constexpr std::size_t kSetNode = 48;
  return bytes + milestones_.size() * kSetNode;
}

}  // namespace syrah::book
