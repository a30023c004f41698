#pragma once

// Follows the trades of one instrument through the pages of the API. Trades are numbered in the
// order in which the node learned of them, and a page is asked for by the newest number that was
// seen: none is missed and none comes twice, however late the question.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace syrah::cli {

struct TailedTrade {
  std::string instrument;
  std::int64_t id = 0;
  std::string json;  ///< the object that the API gives, and its product_id
};

class TradeTail {
 public:
  /// Begins with the newest `lines` trades.
  TradeTail(std::string instrument, std::int64_t lines)
      : instrument_(std::move(instrument)), lines_(lines) {}

  /// What to ask the node next.
  [[nodiscard]] std::string target() const;
  /// Adds what is new in the answer to `trades`, oldest first. Gives whether more is there already.
  bool take(const json::Value& page, std::vector<TailedTrade>& trades);

  /// The node was away: the next answer must show that its history is still the one that was
  /// followed.
  void doubt() { doubtful_ = newest_ > 0; }
  /// The last answer showed another history, and the newest trade of that one was made the start.
  [[nodiscard]] bool began_again() const { return began_again_; }

 private:
  enum class State : std::uint8_t { kFirst, kFollowing };

  std::string instrument_;
  std::int64_t lines_;
  State state_ = State::kFirst;
  bool doubtful_ = false;
  bool began_again_ = false;
  std::int64_t newest_ = 0;
  std::string newest_match_;  ///< its name on all nodes
};

/// A trade for people: time, instrument, what the taker did, size and price.
std::string trade_line(const TailedTrade& trade, std::size_t instrument_width, bool colour);

}  // namespace syrah::cli
