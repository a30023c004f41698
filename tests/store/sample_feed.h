#pragma once

// Feeds and facts for tests and benchmarks of the journal: real chains and signatures around
// made-up entries.

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "crypto/hash.h"
#include "exchange/event_codec.h"
#include "feed/own_feed.h"
#include "node/records.h"

namespace syrah::tests {

inline crypto::Identity identity(std::uint8_t number) {
  crypto::Seed seed{};
  seed.fill(number);
  return crypto::Identity::from_seed(seed);
}

/// Writes one home's feed. Entry n has the time 1'000'000 + n ms.
class SampleFeed {
 public:
  explicit SampleFeed(std::uint8_t number) : feed_(identity(number)) {}

  [[nodiscard]] const base::NodeId& home() const { return feed_.home(); }
  [[nodiscard]] base::Seq seq() const { return feed_.seq(); }

  /// The next `count` entries of `entry_bytes` each, or as few as it takes.
  feed::Batch batch(std::size_t count, std::size_t entry_bytes = 0) {
    std::vector<feed::Entry> entries;
    for (std::size_t i = 0; i < count; ++i) {
      const base::Seq seq = feed_.seq() + i + 1;
      std::string text =
          fmt::format("{{\"seq\":{},\"time\":[{},0],\"note\":\"a \\\"}}\"", seq, time(seq).ms);
      const std::size_t rest = text.size() + 11;
      text += fmt::format(",\"pad\":\"{}\"}}",
                          std::string(entry_bytes > rest ? entry_bytes - rest : 0, 'x'));
      entries.push_back({seq, time(seq), std::move(text)});
    }
    return feed_.seal(std::move(entries), time(feed_.seq() + count));
  }

  /// Entries that the journal never sees.
  void skip(std::size_t batches) {
    for (; batches > 0; --batches) batch(100);
  }

  /// The next entry, a checkpoint over `text`.
  node::StoredSnapshot checkpoint(std::string text) {
    const base::Seq seq = feed_.seq() + 1;
    exchange::Checkpoint event;
    event.digest = crypto::sha256(text);
    event.size_bytes = text.size();
    const exchange::Recorded recorded{feed_.home(), seq, time(seq), "", event};
    std::vector<feed::Entry> entries;
    entries.push_back({seq, time(seq), exchange::encode_event(recorded, exchange::Instruments())});
    return {feed_.seal(std::move(entries), time(seq)), std::move(text)};
  }

  static base::Hlc time(base::Seq seq) { return {1'000'000 + static_cast<std::int64_t>(seq), 0}; }

 private:
  feed::OwnFeed feed_;
};

/// An order of `home` with something in every member.
inline exchange::Order sample_order(const base::NodeId& home, base::Seq seq) {
  exchange::Order order;
  order.id = {home, seq};
  order.instrument = "BTC-USD";
  order.side = exchange::Side::kSell;
  order.type = exchange::OrderType::kLimit;
  order.price = {4'200'000};
  order.quantity = {1000};
  order.tif = exchange::TimeInForce::kGtd;
  order.expires_ms = 99'000'000;
  order.post_only = true;
  order.self_trade = exchange::SelfTrade::kCancelBoth;
  order.account = "alice";
  order.client_id = fmt::format("mine-{}", seq);
  order.accepted = SampleFeed::time(seq);
  order.priority = {{2'000'000, 7}, home, seq + 1};
  order.version = seq + 2;
  order.filled = {300};
  order.held = {20};
  order.cancelled = {1};
  order.closed = true;
  order.reason = exchange::CloseReason::kExpired;
  order.stop = exchange::Stop::kLoss;
  order.stop_price = {4'300'000};
  order.triggered = true;
  order.funds = {base::Int128{1} << 90U};
  order.executed = {base::Int128{1} << 80U};
  return order;
}

inline exchange::TradeFact sample_trade(const base::NodeId& home, base::Seq seq) {
  exchange::TradeFact fact;
  fact.entry = {home, seq};
  fact.trade = {identity(77).id(), seq + 1};
  fact.instrument = "BTC-USD";
  fact.maker = {home, 3};
  fact.taker = {identity(77).id(), 4};
  fact.taker_side = exchange::Side::kSell;
  fact.price = {4'200'000};
  fact.quantity = {250};
  fact.time = {1'500'000, 3};
  return fact;
}

inline exchange::FillFact sample_fill(const base::NodeId& home, base::Seq seq) {
  exchange::FillFact fact;
  fact.entry = {home, seq + 10};
  fact.trade = {home, seq + 10};
  fact.order = sample_order(home, seq);
  fact.counter_order = {identity(77).id(), 4};
  fact.maker = true;
  fact.price = {4'199'999};
  fact.quantity = {300};
  fact.time = {1'500'000, 4};
  return fact;
}

}  // namespace syrah::tests
