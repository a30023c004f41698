#include "sim/checkers/stop_checker.h"

#include <gtest/gtest.h>

namespace syrah::sim {
namespace {

using exchange::OrderAccepted;
using exchange::Price;
using exchange::Quantity;
using exchange::Recorded;
using exchange::Side;
using exchange::Traded;
using exchange::Triggered;

/// The feed of one home: a stop order (1), two plain ones (2, 3), a market order with funds (4).
class StopCheckerTest : public ::testing::Test {
 protected:
  StopCheckerTest() {
    home.bytes.fill(1);
    OrderAccepted event = order(Side::kSell, 80);
    event.stop = exchange::Stop::kLoss;
    event.stop_price = Price{90};
    add(event);
    add(order(Side::kBuy, 95));
    add(order(Side::kSell, 85));
    event = order(Side::kBuy, 110);
    event.type = exchange::OrderType::kMarket;
    event.tif = exchange::TimeInForce::kIoc;
    event.funds = {100};
    add(event);
  }

  static OrderAccepted order(Side side, std::int64_t price) {
    OrderAccepted event;
    event.side = side;
    event.price = Price{price};
    event.quantity = Quantity{10};
    event.account = "alice";
    return event;
  }
  void add(exchange::Event event) {
    const Recorded recorded{home, ++seq, {static_cast<std::int64_t>(seq), 0}, "BTC-USD", event};
    checker.entry(recorded, ledger);
    ledger.apply(recorded);
    checker.after_entry(recorded, ledger);
  }
  void trade(base::Seq maker, base::Seq taker, std::int64_t price, std::int64_t lots) {
    add(Traded{{home, seq + 1}, {home, maker}, {home, taker}, Price{price}, Quantity{lots}});
  }

  base::NodeId home;
  base::Seq seq = 0;
  Ledger ledger;
  Report report;
  StopChecker checker{report};
};

TEST_F(StopCheckerTest, AcceptsATriggerAfterTheTradeThatItWaitedFor) {
  trade(3, 2, 90, 1);
  add(Triggered{1, Price{80}, Quantity{10}});
  trade(2, 1, 95, 1);
  EXPECT_TRUE(report.clean());
}

TEST_F(StopCheckerTest, BitesOnATradeOfAnOrderThatWaits) {
  trade(2, 1, 95, 1);
  EXPECT_FALSE(report.clean());
}

TEST_F(StopCheckerTest, BitesOnAHoldForAnOrderThatWaits) {
  exchange::Held held;
  held.order = 1;
  held.price = Price{95};
  held.quantity = Quantity{1};
  add(held);
  EXPECT_FALSE(report.clean());
}

TEST_F(StopCheckerTest, BitesOnATriggerThatNoTradeReached) {
  trade(3, 2, 91, 1);
  add(Triggered{1, Price{80}, Quantity{10}});
  EXPECT_FALSE(report.clean());
}

TEST_F(StopCheckerTest, BitesOnASecondTrigger) {
  trade(3, 2, 90, 1);
  add(Triggered{1, Price{80}, Quantity{10}});
  EXPECT_TRUE(report.clean());
  add(Triggered{1, Price{80}, Quantity{10}});
  EXPECT_FALSE(report.clean());
}

TEST_F(StopCheckerTest, BitesWhenFundsAreExceeded) {
  trade(3, 4, 50, 2);
  EXPECT_TRUE(report.clean());
  trade(3, 4, 1, 1);
  EXPECT_FALSE(report.clean());
}

}  // namespace
}  // namespace syrah::sim
