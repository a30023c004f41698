// Random commands at several exchanges, feeds that arrive late and one by one, restarts in between:
// in the end all agree, nothing is over-filled, nothing is left in doubt.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "exchange/exchange_fixture.h"
#include "seed.h"

namespace syrah::exchange::testing {
namespace {

class Chaos {
 public:
  explicit Chaos(std::uint64_t seed, PlantedBugs planted = {})
      : random_(seed), desks_(2 + random_.below(3), seed, planted), orders_(desks_.size()) {}

  /// What is wrong in the end.
  std::string run() {
    for (int number = 0; number < 60; ++number) step();
    return settle();
  }

 private:
  void step() {
    const std::size_t at = random_.below(desks_.size());
    const std::uint64_t what = random_.below(100);
    if (what < 28) {
      place(at);
    } else if (what < 33) {
      cancel(at);
    } else if (what < 37) {
      replace(at);
    } else if (what < 90) {
      deliver();
    } else if (what < 94) {
      restart(at);
    } else if (what < 97) {
      const std::size_t other = random_.below(desks_.size());
      const Reach reach = random_.chance(600'000) ? Reach::kLive : Reach::kSilent;
      if (other != at) desks_.set_reach(at, other, reach);
    } else {
      desks_.advance(random_.between(0, 1500));
    }
  }

  /// All is delivered, everyone is alive, refusals may be tried again.
  std::string settle() {
    for (std::size_t at = 0; at < desks_.size(); ++at) {
      for (std::size_t other = 0; other < desks_.size(); ++other) {
        if (at != other) desks_.set_reach(at, other, Reach::kLive);
      }
    }
    std::string wrong;
    for (int round = 0; round < 30; ++round) {
      desks_.deliver_all();
      wrong = desks_.disagreement();
      if (wrong.empty()) return wrong;
      desks_.advance(500);
    }
    return wrong;
  }

  void place(std::size_t at) {
    PlaceOrder order = random_.chance(500'000) ? buy("", "") : sell("", "");
    const std::uint64_t who = random_.below(3);
    order.account = who == 0 ? "alice" : (who == 1 ? "bob" : "carol");
    order.quantity = fmt::format("{}", random_.between(1, 6));
    order.type = OrderType::kLimit;
    order.price = fmt::format("{}", random_.between(97, 103));
    order.tif = TimeInForce::kGtc;
    order.self_trade = static_cast<SelfTrade>(random_.below(4));
    switch (random_.below(8)) {
      case 0:
        order.tif = TimeInForce::kIoc;
        break;
      case 1:
        order.tif = TimeInForce::kFok;
        break;
      case 2:
        order.post_only = true;
        break;
      case 3:
        order.tif = TimeInForce::kGtd;
        order.expires_ms = desks_.now.wall_ms() + random_.between(1, 3000);
        break;
      case 4:
        order.type = OrderType::kMarket;
        order.tif = random_.chance(500'000) ? TimeInForce::kIoc : TimeInForce::kFok;
        order.price.clear();
        break;
      default:
        break;
    }
    const auto placed = desks_.at(at)->place(order, desks_.now);
    if (placed) orders_[at].push_back({placed->id.seq, order.account});
    desks_.at(at).collect(desks_.now);
  }

  void cancel(std::size_t at) {
    if (orders_[at].empty()) return;
    const Known& order = orders_[at][random_.below(orders_[at].size())];
    static_cast<void>(desks_.at(at)->cancel(order.account, order.seq, desks_.now));
    desks_.at(at).collect(desks_.now);
  }

  void replace(std::size_t at) {
    if (orders_[at].empty()) return;
    const Known& order = orders_[at][random_.below(orders_[at].size())];
    ReplaceOrder command;
    command.account = order.account;
    command.order = order.seq;
    if (random_.chance(700'000)) command.price = fmt::format("{}", random_.between(97, 103));
    if (random_.chance(700'000)) command.quantity = fmt::format("{}", random_.between(1, 8));
    static_cast<void>(desks_.at(at)->replace(command, desks_.now));
    desks_.at(at).collect(desks_.now);
  }

  void deliver() {
    const std::size_t from = random_.below(desks_.size());
    const std::size_t to = random_.below(desks_.size());
    if (from == to) return;
    for (std::uint64_t n = random_.below(6); n > 0; --n) desks_.deliver_one(from, to);
  }

  void restart(std::size_t at) {
    const std::size_t kept_least = desks_.delivered_to_anyone(at);
    const std::size_t written = desks_.at(at).feed.size();
    const std::size_t kept = kept_least + random_.below(written - kept_least + 1);
    desks_.restart(at, kept);
    std::erase_if(orders_[at], [&](const Known& order) { return order.seq > kept; });
  }

  struct Known {
    Seq seq;
    std::string account;
  };
  base::Random random_;
  Desks desks_;
  std::vector<std::vector<Known>> orders_;
};

TEST(AgreementRandom, AllAgreeInTheEnd) {
  const std::uint64_t first = tests::seed();
  for (std::uint64_t seed = first; seed < first + 1000; ++seed) {
    SCOPED_TRACE(fmt::format("SYRAH_SEED={}", seed));
    ASSERT_EQ(Chaos(seed).run(), "");
  }
}

/// How many of some seeds end badly with a rule switched off.
int seeds_that_notice(PlantedBugs planted) {
  int noticed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    if (!Chaos(seed, planted).run().empty()) ++noticed;
  }
  return noticed;
}

TEST(AgreementRandom, NoticesWhenNothingIsHeld) {
  EXPECT_GT(seeds_that_notice({.ask_without_hold = true}), 0);
}

TEST(AgreementRandom, NoticesWhenDecisionsAreForgotten) {
  EXPECT_GT(seeds_that_notice({.forget_decisions = true}), 0);
}

TEST(AgreementRandom, NoticesWhenRefusalsAreNotOnRecord) {
  EXPECT_GT(seeds_that_notice({.refuse_without_record = true}), 0);
}

TEST(AgreementRandom, NoticesWhenAHoldEndsByATimer) {
  EXPECT_GT(seeds_that_notice({.release_by_timer = true}), 0);
}

}  // namespace
}  // namespace syrah::exchange::testing
