#pragma once

// What the tests of the fill agreement share: three homes that know each other.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "exchange/exchange_fixture.h"

namespace syrah::exchange::testing {

inline PlaceOrder named(PlaceOrder order, std::string id) {
  order.client_id = std::move(id);
  return order;
}

class Agreement : public ::testing::Test {
 protected:
  static constexpr std::size_t kA = 0;
  static constexpr std::size_t kB = 1;
  static constexpr std::size_t kC = 2;

  Seq place(std::size_t at, PlaceOrder order, std::string id) {
    return desks.place(at, named(std::move(order), std::move(id)));
  }

  /// A sells 2.0 @ 100 as a1, and everyone knows.
  void offer(std::string quantity = "2", std::string price = "100") {
    maker = place(kA, sell(std::move(quantity), std::move(price)), "a1");
    desks.deliver_all();
    desks.told(kA);
  }

  void cancel(std::size_t at, Seq order, const std::string& account) {
    ASSERT_TRUE(desks.at(at)->cancel(account, order, desks.now).ok());
    desks.at(at).collect(desks.now);
  }

  void replace(std::size_t at, Seq order, const std::string& account, std::string price,
               std::string quantity) {
    const auto done = desks.at(at)->replace({account, order, price, quantity}, desks.now);
    ASSERT_TRUE(done.ok()) << done.error().message;
    desks.at(at).collect(desks.now);
  }

  void expect_agreement() {
    desks.deliver_all();
    EXPECT_EQ(desks.disagreement(), "");
  }

  Desks desks{3};
  Seq maker = 0;
};

}  // namespace syrah::exchange::testing
