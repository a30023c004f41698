#include "exchange/candle.h"

#include <algorithm>

namespace syrah::exchange {

void add_older(std::vector<Candle>& newest_first, const Candle& finer, std::int64_t span_s) {
  const std::int64_t start_s = finer.start_s - finer.start_s % span_s;
  if (newest_first.empty() || newest_first.back().start_s != start_s) {
    newest_first.push_back(finer);
    newest_first.back().start_s = start_s;
    return;
  }
  Candle& candle = newest_first.back();
  candle.low = std::min(candle.low, finer.low);
  candle.high = std::max(candle.high, finer.high);
  candle.open = finer.open;
  const std::int64_t room = kVolumeMax - candle.volume.lots;
  candle.volume.lots += std::min(room, finer.volume.lots);
}

std::vector<Candle> candles_of(std::vector<TradeFact> trades, std::int64_t span_s) {
  std::stable_sort(trades.begin(), trades.end(),
                   [](const TradeFact& a, const TradeFact& b) { return a.time > b.time; });
  std::vector<Candle> candles;
  for (const TradeFact& trade : trades) {
    const Price price = trade.price;
    add_older(candles, {trade.time.ms / 1000, price, price, price, price, trade.quantity}, span_s);
  }
  return candles;
}

}  // namespace syrah::exchange
