#include "p2p/refusal_log.h"

#include <gtest/gtest.h>

#include <vector>

namespace syrah::p2p {
namespace {

TEST(RefusalLog, TellsWhatIsNewAtOnceAndRepetitionsMoreAndMoreRarely) {
  RefusalLog log;
  std::vector<std::int64_t> told_s;
  std::uint64_t sum = 0;
  for (std::int64_t s = 0; s < 10'000; s += 10) {
    const std::uint64_t times = log.count("a", s * base::kUsPerSecond);
    if (times == 0) continue;
    told_s.push_back(s);
    sum += times;
  }
  EXPECT_EQ(told_s, (std::vector<std::int64_t>{0, 60, 180, 420, 900, 1860, 3780, 7380}));
  EXPECT_EQ(sum, 739U) << "none is left out of the count";
  EXPECT_EQ(log.count("b", 0), 1U);
  for (std::size_t i = 0; i < 2 * kRefusalsRememberedMax; ++i) {
    EXPECT_EQ(log.count(std::to_string(i), 0), 1U);
  }
}

}  // namespace
}  // namespace syrah::p2p
