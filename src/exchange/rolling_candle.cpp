#include "exchange/rolling_candle.h"

#include <algorithm>

namespace syrah::exchange {
namespace {

/// All but the opening.
void include(RollingCandle::Figures& figures, const RollingCandle::Figures& more) {
  figures.low = std::min(figures.low, more.low);
  figures.high = std::max(figures.high, more.high);
  const std::int64_t room = kVolumeMax - figures.volume.lots;
  figures.volume.lots += std::min(room, more.volume.lots);
}

}  // namespace

void RollingCandle::restore(const Candle& candle) {
  spans_[candle.start_s] = {{candle.open, candle.low, candle.high, candle.volume},
                            {candle.start_s * 1000, 0}};
  total_.reset();
}

void RollingCandle::add(const TradeFact& trade, std::int64_t now_s) {
  const std::int64_t time_s = std::min(trade.time.ms / 1000, now_s);
  const Figures traded{trade.price, trade.price, trade.price, trade.quantity};
  const std::int64_t start_s = time_s - time_s % span_s_;
  if (start_s < now_s - length_s_) return;
  const auto [entry, first] = spans_.try_emplace(start_s, Span{traded, trade.time});
  Span& span = entry->second;
  if (!first) {
    include(span.figures, traded);
    if (trade.time < span.opened) {
      span.figures.open = trade.price;
      span.opened = trade.time;
    }
  }
  if (total_) include(*total_, traded);
}

void RollingCandle::forget_before(std::int64_t start_s) {
  const auto kept = spans_.lower_bound(start_s);
  if (kept == spans_.begin()) return;
  spans_.erase(spans_.begin(), kept);
  total_.reset();
}

std::optional<RollingCandle::Figures> RollingCandle::figures(std::int64_t now_s) {
  forget_before(now_s - length_s_);
  if (spans_.empty()) return std::nullopt;
  if (!total_) {
    total_ = spans_.begin()->second.figures;
    for (auto entry = std::next(spans_.begin()); entry != spans_.end(); ++entry) {
      include(*total_, entry->second.figures);
    }
  }
  total_->open = spans_.begin()->second.figures.open;
  return total_;
}

}  // namespace syrah::exchange
