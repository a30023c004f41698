#include "node/metrics.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "base/overloaded.h"
#include "node/parts.h"

namespace syrah::node {
namespace {

// ---- Arrivals ----------------------------------------------------------------------------------

constexpr std::int64_t kStartMs = 1'700'000'000'000;

base::Time at_ms(std::int64_t ms) { return {5'000'000 + ms * 1000, (kStartMs + ms) * 1000}; }

TEST(Arrivals, FromTheHomesSignatureToHere) {
  Arrivals arrivals;
  arrivals.start(at_ms(0));
  arrivals.note({kStartMs + 100, 3}, at_ms(120));
  arrivals.note({kStartMs + 100, 4}, at_ms(5'100));
  EXPECT_EQ(arrivals.propagation_us().count(), 2U);
  EXPECT_EQ(arrivals.propagation_us().sum(), 5'020'000U);
  EXPECT_EQ(arrivals.from_the_future(), 0U);
}

TEST(Arrivals, WhatIsOlderThanThisRunSaysNothing) {
  Arrivals arrivals;
  arrivals.start(at_ms(0));
  arrivals.note({kStartMs - 1, 0}, at_ms(10));
  EXPECT_EQ(arrivals.propagation_us().count(), 0U);
}

TEST(Arrivals, AClockAheadShows) {
  Arrivals arrivals;
  arrivals.start(at_ms(0));
  arrivals.note({kStartMs + 50, 0}, at_ms(20));
  EXPECT_EQ(arrivals.from_the_future(), 1U);
  EXPECT_EQ(arrivals.propagation_us().count(), 1U);
  EXPECT_EQ(arrivals.propagation_us().sum(), 0U);
}

// ---- two nodes ---------------------------------------------------------------------------------

/// Nodes whose disks are instant and whose messages take 20 ms.
class MetricsTest : public testing::Test {
 protected:
  static constexpr std::int64_t kLatencyMs = 20;

  struct Host {
    std::unique_ptr<Node> node;
    Effects effects;
    ConnectionId connection = 0;       ///< to the other one
    std::vector<feed::Batch> batches;  ///< written by it
  };
  struct Arriving {
    std::int64_t at_ms = 0;
    std::size_t host = 0;
    Input input;
  };

  static Config config_of(std::uint8_t number) {
    crypto::Seed seed{};
    seed.fill(number);
    Config config{.identity = crypto::Identity::from_seed(seed),
                  .version = "1.2.3",
                  .mode = "pure",
                  .instruments = {{"BTC-USD", {1, 2}, {1, 8}}},
                  .p2p = {},
                  .grenache = {},
                  .api_keys = {},
                  .api_switches = {},
                  .api_rates = {},
                  .random_seed = number,
                  .planted = {}};
    if (number == 2) config.p2p.bootstrap = {{"192.0.2.1", 3000}};
    return config;
  }

  void boot(std::size_t index) {
    Host& host = hosts_.at(index);
    auto started = Node::start(config_of(static_cast<std::uint8_t>(index + 1)), {}, "",
                               at_ms(now_ms_), host.effects);
    ASSERT_TRUE(started.ok());
    host.node = *std::move(started);
    carry_out(index);
  }

  void give(std::size_t index, Input input) {
    hosts_.at(index).node->step(std::move(input), at_ms(now_ms_), hosts_.at(index).effects);
    carry_out(index);
  }

  void carry_out(std::size_t index) {
    const std::size_t other = 1 - index;
    for (Effect& effect : std::exchange(hosts_.at(index).effects, {})) {
      std::visit(base::Overloaded{
                     [&](Dial& dial) {
                       if (lost_) return later(index, DialFailed{dial.connection, "lost"});
                       hosts_.at(index).connection = dial.connection;
                       hosts_.at(other).connection = accepted_;
                       later(index, Connected{dial.connection, dial.remote, true});
                       later(other, Connected{accepted_, {"192.0.2.2", 55555}, false});
                       accepted_ += 2;
                     },
                     [&](Send& send) {
                       later(index, Sent{send.connection, send.bytes.size()});
                       if (lost_) return;
                       later(other, Received{hosts_.at(other).connection, std::move(send.bytes)});
                     },
                     [&](Append& append) {
                       for (const feed::Batch& batch : append.transaction.batches) {
                         hosts_.at(index).batches.push_back(batch);
                       }
                       later(index, Durable{append.transaction.id});
                     },
                     [&](QueryJournal& query) { later(index, answer_of(index, query)); },
                     [](auto&) {},
                 },
                 effect);
    }
  }

  /// Whoever asks wants all there is of the host's own feed.
  JournalAnswered answer_of(std::size_t index, const QueryJournal& query) const {
    JournalAnswered answered{query.query, {}};
    answered.answer.batches = hosts_.at(index).batches;
    return answered;
  }

  void later(std::size_t host, Input input) {
    const bool over_network = !std::holds_alternative<Durable>(input);
    arriving_.push_back({now_ms_ + (over_network ? kLatencyMs : 1), host, std::move(input)});
  }

  void run_for(std::int64_t ms) {
    for (const std::int64_t end = now_ms_ + ms; now_ms_ < end; ++now_ms_) {
      for (std::size_t i = 0; i < arriving_.size();) {
        if (arriving_[i].at_ms > now_ms_) {
          ++i;
          continue;
        }
        const Arriving due = std::move(arriving_[i]);
        arriving_.erase(arriving_.begin() + static_cast<std::ptrdiff_t>(i));
        give(due.host, due.input);
      }
      for (std::size_t i = 0; i < hosts_.size(); ++i) {
        const bool up = hosts_[i].node != nullptr;
        if (up && hosts_[i].node->next_deadline_us() <= at_ms(now_ms_).steady_us) give(i, Tick{});
      }
    }
  }

  Metrics metrics(std::size_t index) {
    return metrics_of(hosts_.at(index).node->parts(), at_ms(now_ms_));
  }

  std::array<Host, 2> hosts_;
  std::deque<Arriving> arriving_;
  std::int64_t now_ms_ = 0;
  ConnectionId accepted_ = 1;  ///< of the next connection
  bool lost_ = false;          ///< what is sent does not arrive
};

TEST_F(MetricsTest, ANodeAloneShowsItselfAndItsBooks) {
  boot(0);
  run_for(100);
  const Metrics alone = metrics(0);
  EXPECT_EQ(alone.id, config_of(1).identity.id().text());
  EXPECT_EQ(alone.version, "1.2.3");
  EXPECT_TRUE(alone.running);
  ASSERT_EQ(alone.books.size(), 1U);
  EXPECT_EQ(alone.books[0].orders, 0U);
  EXPECT_FALSE(alone.books[0].sides[0].best);
  EXPECT_EQ(alone.exchange.instruments.count("BTC-USD"), 1U);
  EXPECT_EQ(alone.peers.size(), 8U);
  EXPECT_EQ(alone.feeds.homes.size(), 0U);
  EXPECT_GT(alone.feeds.own_entries, 0U);
  EXPECT_FALSE(alone.grenache);
}

TEST_F(MetricsTest, AnotherNodeShowsAsPeerHomeAndArrivals) {
  boot(0);
  run_for(500);
  boot(1);
  run_for(3'000);
  const Metrics first = metrics(0);
  const Metrics second = metrics(1);
  for (const auto& [mine, dialled] : {std::pair{&first, false}, std::pair{&second, true}}) {
    for (const PeerGroup& group : mine->peers) {
      const bool here =
          group.full_dialect && group.route == p2p::Route::kDirect && group.dialled == dialled;
      EXPECT_EQ(group.peers, here ? 1U : 0U);
    }
    EXPECT_EQ(mine->round_trip_us_max, 2U * kLatencyMs * 1000U);
    EXPECT_EQ(mine->feeds.live, 1U);
    EXPECT_EQ(mine->feeds.missing_entries_max, 0U);
    ASSERT_EQ(mine->feeds.homes.size(), 1U);
    EXPECT_LE(mine->feeds.homes[0].heard_ms_ago, 5'000);
  }
  EXPECT_EQ(first.arrivals.propagation_us().count(), second.feeds.own_entries)
      << "each entry of the second, which began later, counts once";
  EXPECT_GE(first.arrivals.propagation_us().sum(), second.feeds.own_entries * kLatencyMs * 1000U);
  EXPECT_EQ(second.arrivals.propagation_us().count(), 0U) << "all of the first's is older";
}

TEST_F(MetricsTest, AHomeThatIsNotHeardFallsSilent) {
  boot(0);
  boot(1);
  run_for(3'000);
  lost_ = true;
  run_for(20'000);
  const Metrics first = metrics(0);
  EXPECT_EQ(first.feeds.live, 0U);
  EXPECT_EQ(first.feeds.silent, 1U);
  EXPECT_GT(first.feeds.heard_ms_ago_max, 15'000);
  run_for(60'000);
  EXPECT_EQ(metrics(0).feeds.gone, 1U);
  EXPECT_TRUE(metrics(0).feeds.homes.empty());
  EXPECT_EQ(metrics(0).feeds.heard_ms_ago_max, 0);
}

}  // namespace
}  // namespace syrah::node
