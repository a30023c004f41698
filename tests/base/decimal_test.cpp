#include "base/decimal.h"

#include <gtest/gtest.h>

#include <string>

#include "base/int128.h"
#include "base/random.h"
#include "seed.h"

namespace syrah::base {
namespace {

Decimal decimal(std::string_view text) { return *parse_decimal(text); }

std::string digits(Uint128 number) {
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(number % 10)));
    number /= 10;
  } while (number > 0);
  return text;
}

TEST(Decimal, ReadsWholeAndFractionalNumbers) {
  EXPECT_EQ(decimal("42000"), (Decimal{42000, 0}));
  EXPECT_EQ(decimal("0.5"), (Decimal{5, 1}));
  EXPECT_EQ(decimal("42000.10"), (Decimal{420001, 1}));
  EXPECT_EQ(decimal("0.00000001"), (Decimal{1, 8}));
  EXPECT_EQ(decimal("007"), (Decimal{7, 0}));
}

TEST(Decimal, EqualValuesAreEqualHoweverWritten) {
  EXPECT_EQ(decimal("1"), decimal("1.000"));
  EXPECT_EQ(decimal("0"), decimal("0.00"));
  EXPECT_EQ(decimal("100"), (Decimal{100, 0}));
}

TEST(Decimal, RefusesWhatIsNotPlainDecimalText) {
  for (const std::string_view text :
       {"", ".", "1.", ".5", "1.2.3", "..", "-1", "+1", "1e5", "1E5", " 1", "1 ", "1,5", "0x10",
        "NaN", "Infinity", "1_000", "\xEF\xBC\x91"}) {
    EXPECT_FALSE(parse_decimal(text).ok()) << text;
  }
  EXPECT_FALSE(parse_decimal(std::string_view("1\0002", 3)).ok());
}

TEST(Decimal, HasABoundOnDigitsAndValue) {
  EXPECT_EQ(decimal("9223372036854775807").units, 9223372036854775807);
  EXPECT_FALSE(parse_decimal("9223372036854775808").ok());
  EXPECT_TRUE(parse_decimal("0.0000000000000000001").ok());    // 20 digits
  EXPECT_FALSE(parse_decimal("0.00000000000000000001").ok());  // 21 digits
  EXPECT_FALSE(parse_decimal("000000000000000000001").ok());
  EXPECT_TRUE(parse_decimal("9223372036854775807.0").ok());
}

TEST(Decimal, WritesTheShortestText) {
  for (const std::string_view text :
       {"0", "1", "10", "0.5", "0.05", "42000.1", "9223372036854775807", "0.0000000000000000001"}) {
    EXPECT_EQ(to_text(decimal(text)), text);
  }
  EXPECT_EQ(to_text(Decimal{100, 2}), "1");
  EXPECT_EQ(to_text(decimal("42000.10")), "42000.1");
}

TEST(Decimal, CountsSteps) {
  EXPECT_EQ(*to_steps("42000.10", decimal("0.01")), 4200010);
  EXPECT_EQ(*to_steps("42000", decimal("0.01")), 4200000);
  EXPECT_EQ(*to_steps("0", decimal("0.01")), 0);
  EXPECT_EQ(*to_steps("2.5", decimal("0.25")), 10);
  EXPECT_EQ(*to_steps("300", decimal("100")), 3);
}

TEST(Decimal, RefusesWhatLiesBetweenSteps) {
  EXPECT_FALSE(to_steps("0.001", decimal("0.01")).ok());
  EXPECT_FALSE(to_steps("2.6", decimal("0.25")).ok());
  EXPECT_FALSE(to_steps("150", decimal("100")).ok());
  EXPECT_FALSE(to_steps("x", decimal("1")).ok());
  EXPECT_EQ(to_steps("0.015", decimal("0.01")).error().message,
            "decimal: 0.015 is not a multiple of 0.01");
}

TEST(Decimal, RefusesCountsBeyond62Bits) {
  EXPECT_EQ(*to_steps("4611686018427387903", decimal("1")), (std::int64_t{1} << 62) - 1);
  EXPECT_FALSE(to_steps("4611686018427387904", decimal("1")).ok());
  EXPECT_FALSE(to_steps("9223372036854775807", decimal("0.0000000000000000001")).ok());
}

TEST(Decimal, WritesStepsWithTheDecimalsOfTheStep) {
  EXPECT_EQ(steps_to_text(4200010, decimal("0.01")), "42000.10");
  EXPECT_EQ(steps_to_text(5, decimal("0.01")), "0.05");
  EXPECT_EQ(steps_to_text(0, decimal("0.01")), "0.00");
  EXPECT_EQ(steps_to_text(7, decimal("100")), "700");
  EXPECT_EQ(steps_to_text(-5, decimal("0.01")), "-0.05");
  EXPECT_EQ(steps_to_text(9223372036854775807, decimal("9223372036854775807")),
            "85070591730234615847396907784232501249");
}

TEST(Decimal, WritesProductsThatNoIntegerHolds) {
  EXPECT_EQ(product_to_text(4200010, decimal("0.01"), 50000000, decimal("0.00000001")),
            "21000.0500000000");
  EXPECT_EQ(product_to_text(0, decimal("0.1"), 5, decimal("0.1")), "0.00");
  EXPECT_EQ(product_to_text(-3, decimal("0.1"), 5, decimal("1")), "-1.5");
  EXPECT_EQ(product_to_text(0, decimal("1"), -5, decimal("1")), "0");
  // (2^63 - 1)^4, computed elsewhere.
  const std::int64_t most = 9223372036854775807;
  EXPECT_EQ(product_to_text(most, {most, 0}, most, {most, 0}),
            "7237005577332262210834635695349653859421"
            "902880380109739573089701262786560001");
}

TEST(Decimal, AgreesWithWideArithmeticOnRandomValues) {
  Random random(tests::seed(11));
  for (int round = 0; round < 20000; ++round) {
    const Decimal step{static_cast<std::int64_t>(random.next() >> (1 + random.below(63))) + 1,
                       static_cast<std::uint8_t>(random.below(10))};
    const std::int64_t count = static_cast<std::int64_t>(random.next() >> (2 + random.below(62)));
    const std::string text = steps_to_text(count, step);

    std::string expected = digits(static_cast<Uint128>(count) * static_cast<Uint128>(step.units));
    if (expected.size() <= step.scale) {
      expected.insert(0, step.scale + 1U - expected.size(), '0');
    }
    if (step.scale > 0) expected.insert(expected.size() - step.scale, 1, '.');
    ASSERT_EQ(text, expected);

    const Result<Decimal> read = parse_decimal(text);
    if (!read) continue;  // more digits than text from outside may have
    ASSERT_EQ(*to_steps(text, step), count) << text;
    ASSERT_EQ(decimal(to_text(*read)), *read) << text;
    ASSERT_EQ(product_to_text(count, step, 1, Decimal{1, 0}), text);
  }
}

TEST(Decimal, SplitsOfAStepAreNeverRounded) {
  Random random(tests::seed(12));
  for (int round = 0; round < 20000; ++round) {
    const Decimal value{static_cast<std::int64_t>(random.below(1'000'000'000'000)),
                        static_cast<std::uint8_t>(random.below(7))};
    const Decimal step{random.between(1, 1000), static_cast<std::uint8_t>(random.below(7))};
    // value / step = (units * 10^6 / 10^scale) / (step units * 10^6 / 10^step scale)
    Int128 whole = value.units;
    Int128 part = step.units;
    for (int i = value.scale; i < 6; ++i) whole *= 10;
    for (int i = step.scale; i < 6; ++i) part *= 10;
    const Result<std::int64_t> count = to_steps(to_text(value), step);
    ASSERT_EQ(count.ok(), whole % part == 0) << to_text(value) << " / " << to_text(step);
    if (count) {
      ASSERT_EQ(*count, static_cast<std::int64_t>(whole / part));
    }
  }
}

TEST(Decimal, AmountsOfMoneyAreTicksTimesLotsRoundedDown) {
  const Decimal cent{1, 2};
  const Decimal satoshi{1, 8};
  EXPECT_TRUE(*to_product_steps("100", cent, satoshi) == Int128{1'000'000'000'000});
  EXPECT_TRUE(*to_product_steps("0.00000000019", cent, satoshi) == Int128{1});
  EXPECT_TRUE(*to_product_steps("0.00000000009", cent, satoshi) == Int128{0});
  EXPECT_TRUE(*to_product_steps("7", Decimal{5, 1}, Decimal{3, 0}) == Int128{4});
  const std::string most(38, '9');
  EXPECT_EQ(product_steps_to_text(*to_product_steps(most, {1, 0}, {1, 0}), {1, 0}, {1, 0}), most);
  EXPECT_EQ(product_steps_to_text(1'000'000'000'000, cent, satoshi), "100.0000000000");
  EXPECT_EQ(product_steps_to_text(4, Decimal{5, 1}, Decimal{3, 0}), "6.0");
  for (const std::string_view text : {"", "-1", "1.", ".5", "1e3", "x"}) {
    EXPECT_FALSE(to_product_steps(text, cent, satoshi).ok()) << text;
  }
  EXPECT_FALSE(to_product_steps(most, cent, satoshi).ok()) << "does not fit";
  EXPECT_FALSE(to_product_steps(most + "9", {1, 0}, {1, 0}).ok()) << "39 digits";
}

}  // namespace
}  // namespace syrah::base
