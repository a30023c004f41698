// What single operations on the node's book cost: 10,000 orders, 10 at each of 500 prices a side,
// and one operation undone after each round where it changes the book.

#include <benchmark/benchmark.h>

#include <deque>

#include "base/random.h"
#include "book/matching.h"

namespace syrah::book {
namespace {

constexpr std::int64_t kMiddle = 1'000'000;
constexpr std::int64_t kLevels = 500;
constexpr std::int64_t kOrdersALevel = 10;

struct Taker {
  Book& book;
  std::int64_t wanted;

  [[nodiscard]] std::int64_t offered(Slot slot) const { return book.lots(slot); }
  [[nodiscard]] bool goes_on() const { return wanted > 0; }
  void meet(Slot slot, Meeting, std::int64_t offered) {
    const std::int64_t part = std::min(offered, wanted);
    wanted -= part;
    if (part == offered) {
      book.remove(slot);
    } else {
      book.set_lots(slot, offered - part);
    }
  }
};

/// The book, to which orders come in order of time.
class Bench {
 public:
  Bench() {
    for (std::int64_t i = 0; i < kOrdersALevel; ++i) {
      for (std::int64_t away = 1; away <= kLevels; ++away) {
        add(Side::kBid, kMiddle - away);
        add(Side::kAsk, kMiddle + away);
      }
    }
  }

  Key add(Side side, std::int64_t price) {
    ++now_;
    const auto key = static_cast<Key>(now_);
    book.add({key, side, price, 1, 1, false}, Rank(now_, 0, key));
    return key;
  }
  void sweep(std::int64_t lots) {
    ++now_;
    Taker taker{book, lots};
    const auto key = static_cast<Key>(now_);
    match(book, {key, Side::kBid, kMiddle + kLevels, Rank(now_, 0, key), 2, false, false}, taker);
  }

  Book book{1};

 private:
  std::int64_t now_ = 0;
};

/// A bid this far from the middle; 1 is the best price, where others are.
void add(benchmark::State& state) {
  Bench bench;
  std::vector<Key> keys;
  for (auto _ : state) {
    keys.push_back(bench.add(Side::kBid, kMiddle - state.range(0)));
    if (keys.size() < 1000) continue;
    state.PauseTiming();
    for (const Key key : keys) bench.book.remove_key(key);
    keys.clear();
    state.ResumeTiming();
  }
}
BENCHMARK(add)->ArgName("ticks away")->Arg(1)->Arg(kLevels / 2)->Arg(kMiddle - 1);

enum Position : std::int64_t { kFirst, kMiddleOne, kLast };

/// Out of the orders at one price.
void cancel(benchmark::State& state) {
  Bench bench;
  std::deque<Key> keys;
  for (auto _ : state) {
    if (keys.size() < 1000) {
      state.PauseTiming();
      while (keys.size() < 3000) keys.push_back(bench.add(Side::kBid, kMiddle - 10));
      state.ResumeTiming();
    }
    const auto at = static_cast<std::ptrdiff_t>(state.range(0) == kFirst  ? 0
                                                : state.range(0) == kLast ? keys.size() - 1
                                                                          : keys.size() / 2);
    bench.book.remove_key(keys[static_cast<std::size_t>(at)]);
    keys.erase(keys.begin() + at);
  }
}
BENCHMARK(cancel)->ArgName("position")->Arg(kFirst)->Arg(kMiddleOne)->Arg(kLast);

/// Whole levels, of ten orders each.
void sweep(benchmark::State& state) {
  Bench bench;
  for (auto _ : state) {
    bench.sweep(state.range(0) * kOrdersALevel);
    state.PauseTiming();
    for (std::int64_t i = 0; i < kOrdersALevel; ++i) {
      for (std::int64_t away = 1; away <= state.range(0); ++away) {
        bench.add(Side::kAsk, kMiddle + away);
      }
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * kOrdersALevel);
}
BENCHMARK(sweep)->ArgName("levels")->Arg(1)->Arg(10)->Arg(100);

void replace_and_keep_the_place(benchmark::State& state) {
  Bench bench;
  const Key key = bench.add(Side::kBid, kMiddle - 10);
  std::int64_t lots = 1;
  for (auto _ : state) bench.book.set_lots(bench.book.find(key), ++lots);
}
BENCHMARK(replace_and_keep_the_place);

void replace_and_lose_the_place(benchmark::State& state) {
  Bench bench;
  std::int64_t away = 0;
  Key key = bench.add(Side::kBid, kMiddle - 1);
  for (auto _ : state) {
    away = (away + 1) % kLevels;
    bench.book.remove_key(key);
    key = bench.add(Side::kBid, kMiddle - 1 - away);
  }
}
BENCHMARK(replace_and_lose_the_place);

/// At a price where all are later, as entries of another home may come.
void add_late(benchmark::State& state) {
  Bench bench;
  base::Random random(1);
  for (int i = 0; i < 100'000; ++i) bench.add(Side::kBid, kMiddle - 10);
  std::vector<Key> keys;
  auto key = static_cast<Key>(10'000'000);
  for (auto _ : state) {
    ++key;
    const Rank rank(random.between(10'000, 100'000), 0, key);
    bench.book.add({key, Side::kBid, kMiddle - 10, 1, 1, false}, rank);
    keys.push_back(key);
    if (keys.size() < 1000) continue;
    state.PauseTiming();
    for (const Key each : keys) bench.book.remove_key(each);
    keys.clear();
    state.ResumeTiming();
  }
}
BENCHMARK(add_late);

}  // namespace
}  // namespace syrah::book
