#pragma once

// One product in the feed: numbers and encodes what happens to it, keeps what was said for those
// who resume, and gathers what has been released until it leaves.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/channel.h"
#include "api/level_changes.h"
#include "api/stream.h"
#include "api/stream_codec.h"
#include "exchange/exchange.h"
#include "exchange/rolling_candle.h"

namespace syrah::api {

/// A message of the channel user.
struct UserText {
  std::string account;
  StreamText text;
};

/// What one step said of one product; to be told once it is durable.
struct ProductNews {
  std::size_t product = 0;
  std::int64_t sequence = 0;  ///< of the last message
  std::int64_t last_trade = 0;
  std::vector<StreamText> full;
  std::vector<StreamText> matches;
  std::vector<StreamText> tickers;
  std::vector<UserText> users;
  LevelChanges levels;
};

/// One product's share of a step.
struct ProductEvents {
  std::vector<const std::variant<exchange::OrderReceived, exchange::TradeFact>*> flow;
  std::vector<const exchange::FillFact*> fills;
  std::vector<const exchange::RestingChange*> resting;
  std::vector<const exchange::LevelChange*> levels;
};

/// What the messages of a step are made with, besides what happened.
struct ProductScene {
  const exchange::OrderBook& book;  ///< as it is after the events
  const exchange::NodeId& self;
  const std::map<std::string, std::size_t>& accounts;  ///< whose messages are wanted
  base::Time now;
};

class ProductStream {
 public:
  /// The sequence goes on after `sequence`; the ring keeps up to so many bytes.
  ProductStream(exchange::Instrument instrument, std::int64_t sequence, std::size_t ring_bytes_max);

  [[nodiscard]] const exchange::Instrument& instrument() const { return instrument_; }
  [[nodiscard]] std::int64_t sequence() const { return sequence_; }

  /// Candles of the last 24 hours by minute and of the last 30 days by hour.
  void restore(const std::vector<exchange::Candle>& minutes,
               const std::vector<exchange::Candle>& hours);

  // ---- as it happens ----
  ProductNews note(const ProductEvents& events, const ProductScene& scene);
  /// The messages after `sequence`; an error if not all of them are held, or it has not come yet.
  [[nodiscard]] base::Result<std::vector<StreamText>> since(std::int64_t sequence) const;
  /// The book as it is now: a snapshot, and an update if there were changes since. Snapshots are
  /// made kSnapshotMs apart, so that nobody keeps the node busy by asking for them.
  std::vector<StreamText> snapshot(const exchange::OrderBook& book, base::Time now);
  [[nodiscard]] const StreamText& last_ticker() const { return last_ticker_; }
  [[nodiscard]] const std::optional<exchange::TradeFact>& last_trade() const { return last_trade_; }

  // ---- once it is durable ----
  void release(ProductNews news);
  [[nodiscard]] std::int64_t released_sequence() const { return released_sequence_; }
  [[nodiscard]] std::int64_t released_trade() const { return released_trade_; }

  /// Released and not taken yet.
  struct Gathered {
    std::vector<StreamText> full;
    std::vector<StreamText> matches;
    std::vector<StreamText> tickers;
    std::vector<UserText> users;
    LevelChanges levels;
  };
  [[nodiscard]] bool has_gathered() const { return has_gathered_; }
  Gathered take_gathered();
  /// The same for level2_batch and ticker_batch.
  [[nodiscard]] bool has_batch() const { return !batch_.empty(); }
  LevelChanges take_batch();
  StreamText take_batch_ticker();

 private:
  void say(std::string text, ProductNews& news);
  void note_received(const exchange::OrderReceived& received, bool tell_owner, ProductNews& news);
  void note_flow(const ProductEvents& events, const ProductScene& scene, ProductNews& news);
  void note_resting(const ProductEvents& events, const ProductScene& scene, ProductNews& news);
  void note_levels(const ProductEvents& events, const exchange::OrderBook& book, ProductNews& news);

  exchange::Instrument instrument_;
  std::int64_t sequence_;
  std::deque<StreamText> ring_;  ///< the last of them has the number sequence_
  std::size_t ring_bytes_ = 0;
  std::size_t ring_bytes_max_;
  std::optional<exchange::TradeFact> last_trade_;
  StreamText last_ticker_;
  exchange::RollingCandle day_{exchange::kMinuteS, exchange::kDayS};
  exchange::RollingCandle month_{exchange::kHourS, exchange::kMonthS};
  StreamText snapshot_;
  std::int64_t snapshot_us_ = 0;  ///< when it was made
  LevelChanges since_snapshot_;
  bool checksum_wanted_ = false;  ///< somebody has seen a snapshot

  std::int64_t released_sequence_;
  std::int64_t released_trade_ = 0;
  bool has_gathered_ = false;
  Gathered gathered_;
  LevelChanges batch_;
  StreamText batch_ticker_;
};

}  // namespace syrah::api
