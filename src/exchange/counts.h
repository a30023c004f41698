#pragma once

// What happened at this home since its start, counted for metrics. Recovery counts nothing: what is
// folded then happened before.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "base/histogram.h"
#include "exchange/types.h"

namespace syrah::exchange {

inline constexpr std::size_t kCloseReasonCount = 8;
inline constexpr std::size_t kRefuseReasonCount = 7;

/// Trade-through is counted for better orders at least so old, in ms: as old as the model in
/// reliability.md, section 4, has it, so that the figures can be compared.
inline constexpr std::array<std::int64_t, 3> kBetterOrderAgesMs{250, 1000, 2000};

/// Of a question to another home until its answer was in the own feed: from a round trip on a local
/// network to a home that was away.
inline constexpr std::array<std::int64_t, 14> kAnswerBoundsUs{
    1'000,   2'500,     5'000,     10'000,    25'000,     50'000,     100'000,
    250'000, 1'000'000, 2'500'000, 5'000'000, 15'000'000, 60'000'000, 600'000'000};

struct InstrumentCounts {
  std::array<std::uint64_t, 2> accepted{};              ///< own orders, by Side
  std::array<std::uint64_t, kCloseReasonCount> over{};  ///< own orders of which nothing is pending
  std::uint64_t fills_as_maker = 0;                     ///< of own orders
  std::uint64_t fills_as_taker = 0;
  std::uint64_t trades = 0;   ///< of all nodes, each once
  std::uint64_t decided = 0;  ///< of these, those that this home decided as the maker's
  /// Decisions while this home knew of an order that was better for the taker, free, reachable, and
  /// older than each of kBetterOrderAgesMs: better by price, or earlier at the same price.
  std::array<std::uint64_t, kBetterOrderAgesMs.size()> traded_through{};
};

struct Counts {
  /// Those that are traded here, and what else own orders are in: bounded as the declarations in
  /// the own feed are.
  std::map<std::string, InstrumentCounts, std::less<>> instruments;
  std::uint64_t asked = 0;         ///< quantities promised to other homes' orders
  std::uint64_t asked_filled = 0;  ///< of these, filled
  std::array<std::uint64_t, kRefuseReasonCount>
      asked_refused{};  ///< of these, given back, by reason
  std::array<std::uint64_t, kRefuseReasonCount>
      others_refused{};  ///< other homes' requests refused
  base::Histogram answer_us{kAnswerBoundsUs};
};

}  // namespace syrah::exchange
