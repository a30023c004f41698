#pragma once

// What was traded in an instrument in a time that ends now, as running figures: the last 24 hours,
// the last 30 days. Kept by minute or by hour as the history keeps it, so both come to the same.

#include <cstdint>
#include <map>
#include <optional>

#include "exchange/candle.h"

namespace syrah::exchange {

class RollingCandle {
 public:
  struct Figures {
    Price open;
    Price low;
    Price high;
    Quantity volume;  ///< as far as 62 bits tell

    bool operator==(const Figures&) const = default;
  };

  /// Spans of `span_s` that begin in the last `length_s`: at most one more than the one has of the
  /// other, 100 bytes each.
  RollingCandle(std::int64_t span_s, std::int64_t length_s)
      : span_s_(span_s), length_s_(length_s) {}

  /// A candle of span_s from the history, of a time before all that is added.
  void restore(const Candle& candle);
  /// Also one that is told late. A time later than now counts as now.
  void add(const TradeFact& trade, std::int64_t now_s);
  /// Nothing if nothing was traded. `now_s` does not go back by more than a span.
  std::optional<Figures> figures(std::int64_t now_s);

 private:
  struct Span {
    Figures figures;
    Hlc opened;  ///< time of the trade that made `open`
  };

  void forget_before(std::int64_t start_s);
  /// The sum of the spans; nothing if it must be made anew.
  std::optional<Figures> total_;
  std::map<std::int64_t, Span> spans_;  ///< by their beginning
  std::int64_t span_s_;
  std::int64_t length_s_;
};

}  // namespace syrah::exchange
