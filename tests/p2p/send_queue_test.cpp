#include "p2p/send_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "p2p/limits.h"
#include "seed.h"

namespace syrah::p2p {
namespace {

base::NodeId home(std::uint8_t number) {
  base::NodeId id;
  id.bytes.fill(number);
  return id;
}

Frame frame_of(std::string bytes) { return std::make_shared<const std::string>(std::move(bytes)); }

/// Takes all that waits, letting it leave at once.
std::string drain(SendQueue& queue) {
  std::string all;
  for (std::string part = queue.take(0); !part.empty(); part = queue.take(0)) {
    all += part;
    queue.sent(part.size(), 0);
  }
  return all;
}

TEST(SendQueue, UrgentFramesGoFirst) {
  SendQueue queue;
  ASSERT_TRUE(queue.push(frame_of("bulk "), Urgency::kBulk, {}, 0));
  ASSERT_TRUE(queue.push(frame_of("book "), Urgency::kBook, {}, 0));
  ASSERT_TRUE(queue.push(frame_of("trade "), Urgency::kTrade, {}, 0));
  ASSERT_TRUE(queue.push(frame_of("control "), Urgency::kControl, {}, 0));
  EXPECT_EQ(drain(queue), "control trade book bulk ");
}

TEST(SendQueue, AnUrgentFramePullsItsHomesEarlierOnesAlong) {
  SendQueue queue;
  ASSERT_TRUE(queue.push(frame_of("A1 "), Urgency::kBulk, home(1), 0));
  ASSERT_TRUE(queue.push(frame_of("B1 "), Urgency::kBook, home(2), 0));
  ASSERT_TRUE(queue.push(frame_of("A2 "), Urgency::kBook, home(1), 0));
  ASSERT_TRUE(queue.push(frame_of("A3 "), Urgency::kTrade, home(1), 0));
  EXPECT_EQ(drain(queue), "A1 A2 A3 B1 ");
}

TEST(SendQueue, BeyondItsBoundsNothingIsTaken) {
  SendQueue by_bytes;
  ASSERT_TRUE(
      by_bytes.push(frame_of(std::string(kQueueBytesMax - 10, 'x')), Urgency::kBook, {}, 0));
  EXPECT_FALSE(by_bytes.push(frame_of(std::string(11, 'x')), Urgency::kControl, {}, 0));
  EXPECT_TRUE(by_bytes.push(frame_of(std::string(10, 'x')), Urgency::kControl, {}, 0));
  EXPECT_EQ(by_bytes.bytes(), kQueueBytesMax);

  SendQueue by_count;
  for (std::size_t i = 0; i < kQueueMessagesMax; ++i) {
    ASSERT_TRUE(by_count.push(frame_of("x"), Urgency::kBook, {}, 0));
  }
  EXPECT_FALSE(by_count.push(frame_of("x"), Urgency::kControl, {}, 0));
}

TEST(SendQueue, BytesThatHaveNotLeftCountToo) {
  SendQueue queue;
  ASSERT_TRUE(queue.push(frame_of(std::string(kQueueBytesMax, 'x')), Urgency::kBook, {}, 0));
  EXPECT_EQ(queue.take(0).size(), kUnsentBytesMax);
  EXPECT_FALSE(queue.push(frame_of("x"), Urgency::kControl, {}, 0));
  queue.sent(1, 0);
  EXPECT_TRUE(queue.push(frame_of("x"), Urgency::kControl, {}, 0));
}

TEST(SendQueue, NoMoreThanAWindowIsUnderWaySoThatUrgencyMatters) {
  SendQueue queue;
  ASSERT_TRUE(queue.push(frame_of(std::string(kUnsentBytesMax, 'x')), Urgency::kBulk, {}, 0));
  ASSERT_TRUE(queue.push(frame_of(std::string(kUnsentBytesMax, 'y')), Urgency::kBulk, {}, 0));
  EXPECT_EQ(queue.take(0), std::string(kUnsentBytesMax, 'x'));
  EXPECT_EQ(queue.take(0), "");
  ASSERT_TRUE(queue.push(frame_of("urgent"), Urgency::kTrade, {}, 0));
  queue.sent(kUnsentBytesMax, 0);
  EXPECT_EQ(queue.take(0).substr(0, 7), "urgenty");
}

TEST(SendQueue, AFrameThatHasBegunIsFinishedFirst) {
  SendQueue queue;
  ASSERT_TRUE(queue.push(frame_of(std::string(kUnsentBytesMax + 5, 'x')), Urgency::kBulk, {}, 0));
  EXPECT_EQ(queue.take(0).size(), kUnsentBytesMax);
  ASSERT_TRUE(queue.push(frame_of("urgent"), Urgency::kControl, {}, 0));
  queue.sent(kUnsentBytesMax, 0);
  EXPECT_EQ(queue.take(0), "xxxxxurgent");
}

TEST(SendQueue, LastWordsDoNotBreakTheFrameThatHasBegun) {
  SendQueue queue;
  ASSERT_TRUE(queue.push(frame_of(std::string(kUnsentBytesMax + 3, 'x')), Urgency::kBulk, {}, 0));
  ASSERT_TRUE(queue.push(frame_of("never sent"), Urgency::kBulk, {}, 0));
  (void)queue.take(0);
  EXPECT_EQ(queue.close_with("bye"), "xxxbye");
  EXPECT_TRUE(queue.idle());
}

TEST(SendQueue, ProgressIsWhenBytesLeftOrBeganToWait) {
  SendQueue queue;
  ASSERT_TRUE(queue.push(frame_of("x"), Urgency::kBook, {}, 100));
  ASSERT_TRUE(queue.push(frame_of("y"), Urgency::kBook, {}, 200));
  EXPECT_EQ(queue.progress_us(), 100);
  (void)queue.take(100);
  queue.sent(1, 300);
  EXPECT_EQ(queue.progress_us(), 300);
  queue.sent(1, 400);
  ASSERT_TRUE(queue.push(frame_of("z"), Urgency::kBook, {}, 900));
  EXPECT_EQ(queue.progress_us(), 900);
}

/// The naive queue: a list; the next is the first of the most urgent, after which every earlier
/// frame of the same home became as urgent.
struct Naive {
  struct Item {
    std::string frame;
    int urgency = 0;
    std::optional<base::NodeId> home;
    int order = 0;
  };
  std::vector<Item> items;
  int orders = 0;

  void push(const std::string& frame, int urgency, const std::optional<base::NodeId>& of) {
    if (of) {
      std::vector<Item*> pulled;
      for (Item& item : items) {
        if (item.home == of && item.urgency > urgency) pulled.push_back(&item);
      }
      // Less urgent ones came later: the homes' order is by urgency, then by arrival.
      std::stable_sort(pulled.begin(), pulled.end(),
                       [](auto* a, auto* b) { return a->urgency < b->urgency; });
      for (Item* item : pulled) item->urgency = urgency, item->order = orders++;
    }
    items.push_back({frame, urgency, of, orders++});
  }
  std::string pop() {
    auto next = std::min_element(items.begin(), items.end(), [](const Item& a, const Item& b) {
      return std::pair(a.urgency, a.order) < std::pair(b.urgency, b.order);
    });
    std::string frame = next->frame;
    items.erase(next);
    return frame;
  }
};

TEST(SendQueue, DoesWhatANaiveOneDoesAndNeverReordersAHome) {
  base::Random random(tests::seed());
  for (int round = 0; round < 100; ++round) {
    SendQueue queue;
    Naive naive;
    std::array<int, 4> last{-1, -1, -1, -1};
    int number = 0;
    for (int i = 0; i < 200; ++i) {
      if (random.below(3) != 0 || naive.items.empty()) {
        const auto urgency = static_cast<int>(random.below(4));
        const std::uint64_t of = random.below(4);
        const std::optional<base::NodeId> owner =
            of == 0 ? std::nullopt : std::optional(home(static_cast<std::uint8_t>(of)));
        // Window-sized frames, so that each take() gives exactly one.
        std::string frame = std::to_string(number++) + " " + std::to_string(of) + " ";
        frame.resize(kUnsentBytesMax, '.');
        const bool taken = queue.push(frame_of(frame), static_cast<Urgency>(urgency), owner, 0);
        EXPECT_EQ(taken, (naive.items.size() + 1) * kUnsentBytesMax <= kQueueBytesMax);
        if (taken) naive.push(frame, urgency, owner);
        continue;
      }
      const std::string frame = queue.take(0);
      queue.sent(frame.size(), 0);
      ASSERT_EQ(frame.substr(0, 12), naive.pop().substr(0, 12));
      int came = 0;
      int of = 0;
      ASSERT_EQ(std::sscanf(frame.c_str(), "%d %d", &came, &of), 2);
      if (of == 0) continue;
      EXPECT_GT(came, last[static_cast<std::size_t>(of)]) << "a home's frames were reordered";
      last[static_cast<std::size_t>(of)] = came;
    }
  }
}

}  // namespace
}  // namespace syrah::p2p
