#include "cli/replay_queue.h"

#include <gtest/gtest.h>

#include "cli/order_csv.h"

namespace syrah::cli {
namespace {

Flow flow_of(const std::string& rows) {
  auto flow = read_order_csv("action,id,side,quantity,price,time\n" + rows, "f");
  EXPECT_TRUE(flow.ok());
  return *std::move(flow);
}

std::vector<std::size_t> all_now(ReplayQueue& queue, std::int64_t now_us = 0) {
  std::vector<std::size_t> steps;
  while (const auto step = queue.next(now_us)) steps.push_back(*step);
  return steps;
}

using Steps = std::vector<std::size_t>;

TEST(ReplayQueue, OneOrderIsDealtWithInItsOrderAndOthersGoOn) {
  ReplayQueue queue(flow_of("new,a,buy,1,1,1\nreplace,a,,2,,1\ncancel,a,,,,1\nnew,b,buy,1,1,1\n"),
                    10, {});
  EXPECT_EQ(all_now(queue), (Steps{0, 3}));
  queue.accepted(0, "id-a");
  EXPECT_EQ(all_now(queue), Steps{1});
  EXPECT_EQ(queue.id_of(1), "id-a");
  EXPECT_EQ(all_now(queue), Steps{});
  queue.refused(1, "no");
  EXPECT_EQ(all_now(queue), Steps{2}) << "the order is there, though the replacement was refused";
  queue.accepted(2, "");
  EXPECT_FALSE(queue.finished());
  queue.accepted(3, "id-b");
  EXPECT_TRUE(queue.finished());
  EXPECT_EQ(queue.counts().accepted, 3U);
  EXPECT_EQ(queue.counts().refused, 1U);
  EXPECT_EQ(queue.counts().refusals.at("no").line, 3U);
}

TEST(ReplayQueue, NoMoreAreUnderWayThanAllowed) {
  ReplayQueue queue(flow_of("new,,buy,1,1,1\nnew,,buy,1,1,1\nnew,,buy,1,1,1\n"), 2, {});
  EXPECT_EQ(all_now(queue), (Steps{0, 1}));
  EXPECT_FALSE(queue.next_due_us().has_value()) << "only an answer helps";
  queue.accepted(1, "x");
  EXPECT_EQ(all_now(queue), Steps{2});
}

TEST(ReplayQueue, WhatIsAboutARefusedOrderIsSkipped) {
  ReplayQueue queue(flow_of("new,a,buy,1,1,1\ncancel,a,,,,1\nnew,b,buy,1,1,1\nreplace,a,,2,,1\n"),
                    1, {});
  EXPECT_EQ(all_now(queue), Steps{0});
  queue.refused(0, "no");
  EXPECT_EQ(all_now(queue), Steps{2});
  queue.accepted(2, "id-b");
  EXPECT_EQ(all_now(queue), Steps{});
  EXPECT_TRUE(queue.finished());
  EXPECT_EQ(queue.counts().skipped, 2U);
  EXPECT_EQ(queue.done(), 4U);
}

TEST(ReplayQueue, ARateSpreadsTheSteps) {
  ReplayQueue queue(flow_of("new,,buy,1,1,1\nnew,,buy,1,1,1\nnew,,buy,1,1,1\n"), 9, {.rate = 4});
  EXPECT_EQ(all_now(queue, 0), Steps{0});
  EXPECT_EQ(queue.next_due_us(), 250'000);
  EXPECT_EQ(all_now(queue, 249'999), Steps{});
  EXPECT_EQ(all_now(queue, 500'000), (Steps{1, 2}));
}

TEST(ReplayQueue, ASpeedFollowsTheTimesOfTheFile) {
  ReplayQueue queue(flow_of("new,,buy,1,1,100\nnew,,buy,1,1,101\nnew,,buy,1,1,104.5\n"), 9,
                    {.speed = 2});
  EXPECT_EQ(all_now(queue, 0), Steps{0});
  EXPECT_EQ(queue.next_due_us(), 500'000);
  EXPECT_EQ(all_now(queue, 500'000), Steps{1});
  EXPECT_EQ(queue.next_due_us(), 2'250'000);
}

TEST(ReplayQueue, AfterAStopOnlyAnswersAreWaitedFor) {
  ReplayQueue queue(flow_of("new,a,buy,1,1,1\ncancel,a,,,,1\nnew,b,buy,1,1,1\n"), 1, {});
  EXPECT_EQ(all_now(queue), Steps{0});
  queue.stop();
  EXPECT_FALSE(queue.finished());
  queue.unanswered(0);
  EXPECT_EQ(all_now(queue), Steps{});
  EXPECT_TRUE(queue.finished());
  EXPECT_EQ(queue.counts().unanswered, 1U);
}

}  // namespace
}  // namespace syrah::cli
