#include "node/outbox.h"

#include <gtest/gtest.h>

#include "feed/limits.h"

namespace syrah::node {
namespace {

crypto::Identity identity() {
  crypto::Seed seed{};
  seed[0] = 7;
  return crypto::Identity::from_seed(seed);
}

exchange::OwnEntry entry(base::Seq seq, bool checkpoint = false) {
  const std::string number = std::to_string(seq);
  return {seq,
          {1000 + static_cast<std::int64_t>(seq), 0},
          R"({"seq":)" + number + R"(,"time":[)" + std::to_string(1000 + seq) + R"(,0]})",
          false,
          checkpoint,
          {}};
}

Reply reply(std::uint64_t request) { return {request, {}}; }

std::vector<std::uint64_t> replies(const std::vector<Waiting>& released) {
  std::vector<std::uint64_t> requests;
  for (const Waiting& waiting : released) {
    if (const auto* answer = std::get_if<Reply>(&waiting)) requests.push_back(answer->request);
  }
  return requests;
}

class OutboxTest : public testing::Test {
 protected:
  OutboxTest() { feed_.restore(0, feed::genesis_hash(feed_.home()), {}); }

  feed::OwnFeed feed_{identity()};
  Outbox outbox_{0, false};
};

TEST_F(OutboxTest, WhatRestsOnNothingLeavesAtOnce) {
  outbox_.wait(reply(1));
  EXPECT_EQ(replies(outbox_.take_released()), std::vector<std::uint64_t>{1});
}

TEST_F(OutboxTest, AnAnswerWaitsForTheEntriesBeforeIt) {
  outbox_.keep({entry(1)});
  outbox_.wait(reply(1));
  EXPECT_TRUE(outbox_.take_released().empty());
  const auto transaction = outbox_.cut(feed_);
  ASSERT_TRUE(transaction);
  EXPECT_TRUE(outbox_.take_released().empty());
  EXPECT_EQ(outbox_.durable_head().seq, 0U);
  outbox_.durable(transaction->id);
  const auto released = outbox_.take_released();
  ASSERT_EQ(released.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<Publish>(released[0])) << "peers hear of it first";
  EXPECT_EQ(replies(released), std::vector<std::uint64_t>{1});
  EXPECT_EQ(outbox_.durable_head().seq, 1U);
}

TEST_F(OutboxTest, ABatchNamesTheHomesThatWaitForIt) {
  exchange::OwnEntry hold = entry(2);
  const base::NodeId maker = identity().id();
  hold.awaited_by = maker;
  outbox_.keep({entry(1), hold});
  outbox_.durable(outbox_.cut(feed_)->id);
  const auto released = outbox_.take_released();
  ASSERT_EQ(released.size(), 1U);
  EXPECT_EQ(std::get<Publish>(released[0]).awaited_by, std::set<base::NodeId>{maker});
}

TEST_F(OutboxTest, WhatComesMeanwhileGoesIntoTheNextTransaction) {
  outbox_.keep({entry(1)});
  const auto first = outbox_.cut(feed_);
  outbox_.wait(reply(1));  // rests on the first alone
  outbox_.keep({entry(2)});
  outbox_.keep({entry(3)});
  outbox_.wait(reply(2));
  EXPECT_FALSE(outbox_.cut(feed_)) << "one transaction at a time";
  outbox_.durable(first->id);
  EXPECT_EQ(replies(outbox_.take_released()), std::vector<std::uint64_t>{1});
  const auto second = outbox_.cut(feed_);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->id, first->id + 1);
  ASSERT_EQ(second->batches.size(), 1U);
  EXPECT_EQ(second->batches[0].entries.size(), 2U);
  outbox_.durable(second->id);
  EXPECT_EQ(replies(outbox_.take_released()), std::vector<std::uint64_t>{2});
  EXPECT_TRUE(outbox_.idle());
}

TEST_F(OutboxTest, BatchesAreSoundAndEndAtLimitsAndCheckpoints) {
  std::vector<exchange::OwnEntry> entries;
  for (base::Seq seq = 1; seq <= feed::kBatchEntriesMax + 10; ++seq) {
    entries.push_back(entry(seq, seq == 5));
  }
  outbox_.keep_own_checkpoint(5, "the state");
  outbox_.keep(std::move(entries));
  const auto transaction = outbox_.cut(feed_);
  ASSERT_TRUE(transaction);
  ASSERT_EQ(transaction->batches.size(), 3U);
  EXPECT_EQ(transaction->batches[0].head.seq, 5U);
  EXPECT_EQ(transaction->batches[1].entries.size(), feed::kBatchEntriesMax);
  for (const feed::Batch& batch : transaction->batches) {
    EXPECT_TRUE(feed::check_batch(batch).ok());
  }
  ASSERT_EQ(transaction->snapshots.size(), 1U);
  EXPECT_EQ(transaction->snapshots[0].batch.head.seq, 5U);
  EXPECT_EQ(transaction->snapshots[0].text, "the state");
}

TEST_F(OutboxTest, ALateOrRepeatedReportOfTheDiskChangesNothing) {
  outbox_.keep({entry(1)});
  const auto first = outbox_.cut(feed_);
  outbox_.durable(first->id);
  outbox_.keep({entry(2)});
  const auto second = outbox_.cut(feed_);
  outbox_.wait(reply(1));
  outbox_.durable(first->id);
  EXPECT_TRUE(replies(outbox_.take_released()).empty());
  outbox_.durable(second->id);
  EXPECT_EQ(replies(outbox_.take_released()), std::vector<std::uint64_t>{1});
}

}  // namespace
}  // namespace syrah::node
