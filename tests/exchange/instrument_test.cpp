#include "exchange/instrument.h"

#include <gtest/gtest.h>

#include "exchange/limits.h"
#include "exchange/names.h"

namespace syrah::exchange {
namespace {

TEST(Instrument, IsReadFromItsThreeParts) {
  const base::Result<Instrument> instrument = parse_instrument("BTC-USD:0.01:0.00000001");
  ASSERT_TRUE(instrument.ok()) << instrument.error().message;
  EXPECT_EQ(instrument->name, "BTC-USD");
  EXPECT_EQ(instrument->base_currency(), "BTC");
  EXPECT_EQ(instrument->quote_currency(), "USD");
  EXPECT_EQ(base::to_text(instrument->tick), "0.01");
  EXPECT_EQ(base::to_text(instrument->lot), "0.00000001");
  for (const char* wrong :
       {"", "BTC-USD", "BTC-USD:0.01", "BTC-USD:0.01:1:1", "BTC-USD::1", "BTC-USD:0:1",
        "BTC-USD:0.01:0", "BTC-USD:-1:1", "btc-usd:1:1", "BTCUSD:1:1", "BTC-:1:1", "-USD:1:1",
        "BTC-USD-EUR:1:1", "ABCDEFGHIJKLMNOPQ-USD:1:1", "ABCDEFGHIJKLMNOP-ABCDEFGHIJKLMNOP:1:1"}) {
    EXPECT_FALSE(parse_instrument(wrong).ok()) << wrong;
  }
  EXPECT_TRUE(parse_instrument("ABCDEFGHIJKLMNOP-ABCDEFGHIJKLMNO:1:1").ok());
}

TEST(Instrument, CountsPricesAndQuantitiesInWholeSteps) {
  const Instrument instrument = *parse_instrument("BTC-USD:0.05:0.001");
  EXPECT_EQ(instrument.price("42000.1")->ticks, 840'002);
  EXPECT_EQ(instrument.text(Price{840'002}), "42000.10");
  EXPECT_EQ(instrument.quantity("0.5")->lots, 500);
  EXPECT_EQ(instrument.text(Quantity{500}), "0.500");
  EXPECT_NE(instrument.price("0.07").error().message.find(
                "price 0.07 is not a multiple of the tick 0.05"),
            std::string::npos);
  EXPECT_NE(instrument.quantity("0.0005").error().message.find("lot 0.001"), std::string::npos);
  for (const char* wrong : {"", "0", "0.00", "-1", "1e3", "1.", ".5", " 1", "1 ", "NaN",
                            "99999999999999999999", "1000000000000000"}) {
    EXPECT_FALSE(instrument.price(wrong).ok()) << wrong;
    EXPECT_FALSE(instrument.quantity(wrong).ok()) << wrong;
  }
}

TEST(Instrument, LargestAmountsAreAllowedAndNothingAbove) {
  const Instrument instrument = *parse_instrument("A-B:1:1");
  EXPECT_EQ(instrument.price(std::to_string(kPriceMax))->ticks, kPriceMax);
  EXPECT_FALSE(instrument.price(std::to_string(kPriceMax + 1)).ok());
  EXPECT_EQ(instrument.quantity(std::to_string(kQuantityMax))->lots, kQuantityMax);
  EXPECT_FALSE(instrument.quantity(std::to_string(kQuantityMax + 1)).ok());
}

TEST(Instruments, KeepOrderAndSteps) {
  Instruments instruments;
  EXPECT_TRUE(instruments.add(*parse_instrument("B-C:1:1")).ok());
  EXPECT_TRUE(instruments.add(*parse_instrument("A-C:1:1")).ok());
  EXPECT_TRUE(instruments.add(*parse_instrument("B-C:1.0:1")).ok());
  EXPECT_EQ(instruments.add(*parse_instrument("B-C:2:1")).error().code, base::ErrorCode::kRefused);
  EXPECT_FALSE(instruments.add(Instrument{"D-C", {0, 0}, {1, 0}}).ok());
  ASSERT_EQ(instruments.all().size(), 2U);
  EXPECT_EQ(instruments.index_of("B-C"), 0U);
  EXPECT_EQ(instruments.index_of("A-C"), 1U);
  EXPECT_EQ(instruments.index_of("D-C"), std::nullopt);
  EXPECT_EQ(instruments.find("A-C")->name, "A-C");
  EXPECT_EQ(instruments.find("D-C"), nullptr);
}

TEST(Instruments, AreBounded) {
  Instruments instruments;
  for (std::size_t i = 0; i < kInstrumentsMax; ++i) {
    ASSERT_TRUE(instruments.add(Instrument{"A" + std::to_string(i) + "-B", {1, 0}, {1, 0}}).ok());
  }
  EXPECT_EQ(instruments.add(Instrument{"X-Y", {1, 0}, {1, 0}}).error().code,
            base::ErrorCode::kLimit);
}

TEST(Names, ArePrintableAndShort) {
  EXPECT_TRUE(check_account("user-1@example.com").ok());
  EXPECT_TRUE(check_account(std::string(kAccountMax, 'x')).ok());
  EXPECT_FALSE(check_account(std::string(kAccountMax + 1, 'x')).ok());
  EXPECT_FALSE(check_account("").ok());
  EXPECT_TRUE(check_client_id("").ok());
  EXPECT_TRUE(check_client_id(std::string(kClientIdMax, 'x')).ok());
  EXPECT_FALSE(check_client_id(std::string(kClientIdMax + 1, 'x')).ok());
  for (const char* wrong : {"a b", "a\"", "a'", "a\\", "a\n", "\x7f", "\xc3\xa9"}) {
    EXPECT_FALSE(check_account(wrong).ok()) << wrong;
    EXPECT_FALSE(check_client_id(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace syrah::exchange
