// All homes together have a bound on open orders: at it, nobody has more than its share.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/agreement.h"
#include "exchange/exchange.h"

namespace syrah::exchange::testing {
namespace {

using ::testing::HasSubstr;

/// Two homes, of which the first knows a bound of six open orders and so a share of three.
Desks bounded() {
  Desks desks(2);
  for (std::size_t at = 0; at < 2; ++at) desks.at(at).config.open_orders_max = 6;
  desks.restart(0);
  desks.restart(1);
  return desks;
}

base::Status fold_next(Desks& desks) {
  const std::size_t next = desks.delivered(1, 0);
  return desks.at(0).fold(desks.at(1).id(), desks.at(1).feed.at(next), desks.now);
}

TEST(OpenOrderBound, AHomeWithMoreThanItsShareIsCutOffWhenAllAreFull) {
  Desks desks = bounded();
  for (int i = 0; i < 2; ++i) desks.place(0, buy("1", "90"));
  for (int i = 0; i < 4; ++i) desks.place(1, sell("1", "110"));
  ASSERT_TRUE(desks.deliver(1, 0)) << "six in all are allowed";
  desks.place(1, sell("1", "111"));
  const base::Status refused = fold_next(desks);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("more than its share"));
}

TEST(OpenOrderBound, WhoHasLessThanItsShareGoesOn) {
  Desks desks = bounded();
  for (int i = 0; i < 4; ++i) desks.place(1, sell("1", "110"));
  ASSERT_TRUE(desks.deliver(1, 0));
  for (int i = 0; i < 3; ++i) EXPECT_NE(desks.place(0, buy("1", "90")), 0U);
  const auto placed = desks.at(0)->place(buy("1", "90"), desks.now);
  ASSERT_FALSE(placed.ok());
  EXPECT_EQ(placed.error().code, base::ErrorCode::kLimit);
}

TEST(OpenOrderBound, OrdersThatEndMakeRoom) {
  Desks desks = bounded();
  for (int i = 0; i < 6; ++i) desks.place(0, buy("1", "90"));
  ASSERT_FALSE(desks.at(0)->place(buy("1", "90"), desks.now).ok());
  EXPECT_EQ(desks.at(0)->cancel_all("alice", "", desks.now).size(), 6U);
  desks.at(0).collect(desks.now);
  for (int i = 0; i < 6; ++i) EXPECT_NE(desks.place(0, buy("1", "90")), 0U);
}

TEST(OpenOrderBound, ARestartBelievesItsJournalWhateverTheBound) {
  Desks desks = bounded();
  for (int i = 0; i < 4; ++i) desks.place(1, sell("1", "110"));
  ASSERT_TRUE(desks.deliver(1, 0));
  desks.at(0).config.open_orders_max = 2;
  desks.restart(0);
  EXPECT_EQ(desks.at(0)->home(desks.at(1).id())->orders().size(), 4U);
}

}  // namespace
}  // namespace syrah::exchange::testing
