#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace syrah::base {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return invalid("number: must be even");
  return number / 2;
}

TEST(Result, HoldsAValueOrAnError) {
  EXPECT_EQ(*half(8), 4);
  EXPECT_FALSE(half(7).ok());
  EXPECT_EQ(half(7).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(half(7).error().message, "number: must be even");
  EXPECT_TRUE(success().ok());
}

TEST(Result, GivesUpWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 5);
}

TEST(ResultDeathTest, StopsTheProgramThatAsksForTheWrongHalf) {
  EXPECT_DEATH((void)half(7).value(), "must be even");
  EXPECT_DEATH((void)half(8).error(), "asked a success for its error");
}

TEST(CheckDeathTest, SaysWhatFailedAndWhere) {
  EXPECT_DEATH(SYRAH_CHECK(1 + 1 == 3, "sums are wrong"),
               "result_test.cpp:[0-9]+: check failed: sums are wrong \\(1 \\+ 1 == 3\\)");
}

}  // namespace
}  // namespace syrah::base
