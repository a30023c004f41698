// Reading and writing orders costs no memory but what the values that are read own themselves:
// their strings that are too long to lie within a std::string.

#include "allocations.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/order_codec.h"
#include "exchange/event_codec.h"
#include "feed/batch.h"
#include "json/reader.h"

namespace syrah::api {
namespace {

using tests::allocations_of;

constexpr std::size_t kShortMax = 15;  // what libstdc++ keeps in the string itself

std::size_t owned(std::initializer_list<std::string_view> strings) {
  std::size_t count = 0;
  for (const std::string_view text : strings) count += text.size() > kShortMax ? 1 : 0;
  return count;
}

/// Does it a few times, until all that is kept for the next time is large enough, then counts.
template <class Run>
std::size_t steady_allocations(Run&& run) {
  for (int warm_up = 0; warm_up < 3; ++warm_up) run();
  return allocations_of(run);
}

class CodecAllocations : public ::testing::Test {
 protected:
  void SetUp() override {
    if (SYRAH_COUNTS_ALLOCATIONS == 0) GTEST_SKIP() << "the sanitizer counts for itself";
    instruments_.add(instrument_).value();
  }

  const std::string account_ = "alice";
  const exchange::Instrument instrument_{"BTC-USD", {1, 2}, {1, 8}};
  exchange::Instruments instruments_;
};

TEST_F(CodecAllocations, OfAnOrderThatAClientPlaces) {
  for (const std::string client_oid : {"mine-1", "f47ac10b-58cc-4372-a567-0e02b2c3d479"}) {
    const std::string body =
        R"({"type":"limit","side":"buy","product_id":"BTC-USD","price":"42000.10",)"
        R"("size":"0.50000000","time_in_force":"GTC","post_only":false,"stp":"dc","client_oid":")" +
        client_oid + "\"}";
    const auto read = [&] { ASSERT_TRUE(read_place_order(body, account_, {}).ok()); };
    EXPECT_EQ(steady_allocations(read), owned({"BTC-USD", "42000.10", "0.50000000", client_oid}));
  }
}

TEST_F(CodecAllocations, OfAnOrderThatIsShown) {
  exchange::Order order;
  order.id.seq = 42;
  order.instrument = "BTC-USD";
  order.price = {4'200'010};
  order.quantity = {50'000'000};
  order.account = account_;
  std::string body;
  const auto write = [&] {
    body.clear();
    json::Writer out(body);
    write_order(out, order, instrument_);
  };
  EXPECT_EQ(steady_allocations(write), 0U);
}

TEST_F(CodecAllocations, OfEveryKindOfEntry) {
  using namespace exchange;
  const EntryId id{{}, 1'000'000};
  OrderAccepted order;
  order.price = {4'200'010};
  order.quantity = {50'000'000};
  order.account = account_;
  order.client_id = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
  const std::vector<Event> events{
      order,
      OrderReplaced{7, {4'200'010}, {1}},
      OrderClosed{7, CloseReason::kCancelled},
      Traded{id, id, id, {4'200'010}, {50'000'000}},
      Held{7, id, {4'200'010}, {50'000'000}},
      Refused{id, 7, RefuseReason::kNotOpen, {1}},
      Released{7, RefuseReason::kNotOpen, {1}},
      LeaseRenewed{1'763'710'200'123},
      Settled{{}, 7},
      Checkpoint{{}, 100},
  };
  for (const Event& event : events) {
    const Recorded recorded{{}, 42, {1'763'710'200'123, 7}, "BTC-USD", event};
    std::string text;
    const auto write = [&] {
      text.clear();
      write_event(text, recorded, instruments_);
    };
    EXPECT_EQ(steady_allocations(write), 0U) << text;
    const auto read = [&] { ASSERT_TRUE(decode_event({}, text, instruments_).ok()) << text; };
    const bool is_order = std::holds_alternative<OrderAccepted>(event);
    EXPECT_EQ(steady_allocations(read), is_order ? owned({account_, order.client_id}) : 0U) << text;
  }
}

TEST_F(CodecAllocations, OfABatchHoweverManyEntriesItHas) {
  const auto needed_by = [](std::size_t count) {
    std::vector<feed::Entry> entries;
    for (std::size_t seq = 1; seq <= count; ++seq) {
      entries.push_back({seq, {5, 0}, "{\"seq\":" + std::to_string(seq) + ",\"time\":[5,0]}"});
    }
    feed::Batch batch;
    batch.entries = entries;
    batch.head.seq = count;
    std::string text;
    const auto write = [&] {
      text.clear();
      json::Writer out(text);
      feed::write_batch(out, batch);
    };
    EXPECT_EQ(steady_allocations(write), 0U);
    const auto read = [&] {
      const base::Result<json::Document> document = json::parse(text);
      ASSERT_TRUE(document.ok() && feed::read_batch(*document).ok());
    };
    const auto copy = [&] { ASSERT_EQ(feed::Batch(batch).head.seq, count); };
    EXPECT_EQ(steady_allocations(copy), 0U);
    return steady_allocations(read);
  };
  // What they share, their text and where each of them lies in it.
  EXPECT_EQ(needed_by(2), 3U);
  EXPECT_EQ(needed_by(200), 3U);
}

}  // namespace
}  // namespace syrah::api
