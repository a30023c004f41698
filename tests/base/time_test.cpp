#include "base/time.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "base/random.h"
#include "seed.h"

namespace syrah::base {
namespace {

TEST(Iso8601, WritesMicrosecondsInUtc) {
  EXPECT_EQ(to_iso8601(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_iso8601(1'795'246'200'123'456), "2026-11-21T07:30:00.123456Z");
  EXPECT_EQ(to_iso8601(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_iso8601(951'782'400'000'000), "2000-02-29T00:00:00.000000Z");
}

TEST(Iso8601, ShowsTheNearestTimeThatHasAText) {
  EXPECT_EQ(to_iso8601(std::numeric_limits<std::int64_t>::max()), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_iso8601(std::numeric_limits<std::int64_t>::min()), "0000-01-01T00:00:00.000000Z");
}

TEST(Iso8601, ReadsZeroToSixDecimals) {
  EXPECT_EQ(*from_iso8601("2026-11-21T07:30:00Z"), 1'795'246'200'000'000);
  EXPECT_EQ(*from_iso8601("2026-11-21T07:30:00.5Z"), 1'795'246'200'500'000);
  EXPECT_EQ(*from_iso8601("2026-11-21T07:30:00.123Z"), 1'795'246'200'123'000);
  EXPECT_EQ(*from_iso8601("2026-11-21T07:30:00.123456Z"), 1'795'246'200'123'456);
}

TEST(Iso8601, RoundTrips) {
  Random random(tests::seed(21));
  for (int round = 0; round < 20000; ++round) {
    const std::int64_t wall_us = random.between(-62'167'219'200'000'000, 253'402'300'799'999'999);
    ASSERT_EQ(*from_iso8601(to_iso8601(wall_us)), wall_us);
  }
}

TEST(Iso8601, RefusesWhatIsNotSuchATime) {
  for (const std::string_view text : {"",
                                      "2026-11-21",
                                      "2026-11-21T07:30:00",
                                      "2026-11-21 07:30:00Z",
                                      "2026-11-21T07:30:00.Z",
                                      "2026-11-21T07:30:00.1234567Z",
                                      "2026-11-21T07:30:00+00:00",
                                      "2026-11-21T07:30:00z",
                                      "2026-13-21T07:30:00Z",
                                      "2026-00-21T07:30:00Z",
                                      "2026-02-29T07:30:00Z",
                                      "2026-11-31T07:30:00Z",
                                      "2026-11-21T24:00:00Z",
                                      "2026-11-21T07:60:00Z",
                                      "2026-11-21T07:30:60Z",
                                      "-026-11-21T07:30:00Z",
                                      "2026-11-21T07:30:0xZ",
                                      "2026-11-21T07:30:00,5Z",
                                      "2026-11-21T07:30:00.5",
                                      "2026-11-21T07:30:00.-5Z"}) {
    EXPECT_FALSE(from_iso8601(text).ok()) << text;
  }
}

TEST(HlcClock, FollowsTheWallClock) {
  HlcClock clock;
  EXPECT_EQ(clock.next(1000), (Hlc{1000, 0}));
  EXPECT_EQ(clock.next(1005), (Hlc{1005, 0}));
}

TEST(HlcClock, CountsWithinAMillisecondAndWhenTheWallClockGoesBack) {
  HlcClock clock;
  EXPECT_EQ(clock.next(1000), (Hlc{1000, 0}));
  EXPECT_EQ(clock.next(1000), (Hlc{1000, 1}));
  EXPECT_EQ(clock.next(400), (Hlc{1000, 2}));
  EXPECT_EQ(clock.next(1001), (Hlc{1001, 0}));
}

TEST(HlcClock, GoesOnWhenTheCounterIsFull) {
  HlcClock clock;
  clock.merge({1000, std::numeric_limits<std::uint32_t>::max()}, 1000);
  EXPECT_EQ(clock.next(1000), (Hlc{1001, 0}));
}

TEST(HlcClock, ComesAfterAllThatItHasSeen) {
  HlcClock clock;
  clock.next(1000);
  clock.merge({1500, 7}, 1000);
  EXPECT_EQ(clock.next(1000), (Hlc{1500, 8}));
  clock.merge({1200, 99}, 1000);  // older: changes nothing
  EXPECT_EQ(clock.last(), (Hlc{1500, 8}));
}

TEST(HlcClock, FollowsNobodyTooFarAhead) {
  HlcClock clock;
  clock.merge({1000 + HlcClock::kAheadMaxMs, 0}, 1000);
  EXPECT_EQ(clock.last().ms, 1000 + HlcClock::kAheadMaxMs);

  HlcClock careful;
  careful.next(1000);
  careful.merge({1001 + HlcClock::kAheadMaxMs, 0}, 1000);
  careful.merge({std::numeric_limits<std::int64_t>::max(), 0}, 1000);
  careful.merge({std::numeric_limits<std::int64_t>::min(), 0}, 1000);
  EXPECT_EQ(careful.last(), (Hlc{1000, 0}));
}

TEST(HlcClock, NeverGivesATimeTwiceOrBackwards) {
  Random random(tests::seed(22));
  HlcClock clock;
  Hlc before;
  std::int64_t wall_ms = 1'000'000;
  for (int round = 0; round < 100'000; ++round) {
    wall_ms += random.between(-3, 3);
    if (random.chance(200'000)) {
      clock.merge(
          {wall_ms + random.between(-5000, 5000), static_cast<std::uint32_t>(random.below(5))},
          wall_ms);
    }
    const Hlc now = clock.next(wall_ms);
    ASSERT_GT(now, before);
    before = now;
  }
  EXPECT_LE(before.ms, wall_ms + 100'000 + HlcClock::kAheadMaxMs);
}

}  // namespace
}  // namespace syrah::base
