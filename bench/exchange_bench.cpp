// What an order costs: through the Exchange with its entries taken, as the node does it, but
// without disk and network.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "exchange/exchange.h"

namespace syrah::exchange {
namespace {

constexpr std::int64_t kBookOrders = 10'000;

class Bench {
 public:
  Bench() : exchange_(config()) {
    exchange_.finish_recovery();
    exchange_.start(now_).value();
    take();
  }

  Seq place(Side side, std::int64_t price, std::int64_t quantity, const char* account) {
    PlaceOrder order;
    order.account = account;
    order.instrument = "BTC-USD";
    order.side = side;
    order.price = std::to_string(price);
    order.quantity = std::to_string(quantity);
    now_.wall_us += 10;
    const Seq seq = exchange_.place(order, now_).value().id.seq;
    take();
    return seq;
  }

  void cancel(Seq order, const char* account) {
    exchange_.cancel(account, order, now_).value();
    take();
  }

  /// A book of sells at 1000 prices from 50000 up.
  std::vector<Seq> fill_book() {
    std::vector<Seq> orders;
    for (std::int64_t i = 0; i < kBookOrders; ++i) {
      orders.push_back(place(Side::kSell, 50'000 + i % 1000, 1, "maker"));
    }
    return orders;
  }

 private:
  static ExchangeConfig config() {
    ExchangeConfig config;
    config.self.bytes.fill(0x11);
    config.instruments = {{"BTC-USD", {1, 2}, {1, 8}}};
    return config;
  }

  void take() {
    exchange_.settle(now_);
    benchmark::DoNotOptimize(exchange_.take_entries());
    benchmark::DoNotOptimize(exchange_.take_facts());
    benchmark::DoNotOptimize(exchange_.take_checkpoints());
  }

  Time now_{0, 1'700'000'000'000'000};
  Exchange exchange_;
};

/// A buy below the book, cancelled outside of the time that counts.
void place_passive(benchmark::State& state) {
  Bench bench;
  bench.fill_book();
  base::Random random(1);
  std::vector<Seq> placed;
  for (auto _ : state) {
    placed.push_back(bench.place(Side::kBuy, 40'000 + random.between(0, 999), 1, "taker"));
    if (placed.size() < static_cast<std::size_t>(kBookOrders)) continue;
    state.PauseTiming();
    for (const Seq order : placed) bench.cancel(order, "taker");
    placed.clear();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(place_passive);

/// A sell and the buy that takes it at once: two orders and a trade.
void place_crossing(benchmark::State& state) {
  Bench bench;
  bench.fill_book();
  for (auto _ : state) {
    bench.place(Side::kSell, 49'000, 1, "maker");
    bench.place(Side::kBuy, 49'000, 1, "taker");
  }
  state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(place_crossing);

/// An order and its cancel.
void place_and_cancel(benchmark::State& state) {
  Bench bench;
  bench.fill_book();
  base::Random random(1);
  for (auto _ : state) {
    bench.cancel(bench.place(Side::kBuy, 40'000 + random.between(0, 999), 1, "taker"), "taker");
  }
  state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(place_and_cancel);

/// Cancels out of a full book, in no order.
void cancel(benchmark::State& state) {
  Bench bench;
  base::Random random(1);
  std::vector<Seq> orders = bench.fill_book();
  for (auto _ : state) {
    if (orders.empty()) {
      state.PauseTiming();
      orders = bench.fill_book();
      state.ResumeTiming();
    }
    std::swap(orders[random.below(orders.size())], orders.back());
    bench.cancel(orders.back(), "maker");
    orders.pop_back();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(cancel);

}  // namespace
}  // namespace syrah::exchange
