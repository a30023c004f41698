// The feed of a whole node: nothing is told before it is durable, and what was promised to a client
// that leaves is done.

#include <gmock/gmock.h>

#include <deque>

#include "api/auth.h"
#include "node/node.h"

namespace syrah::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A node alone on a disk that is done when it is told to.
class NodeStreamsTest : public testing::Test {
 protected:
  static constexpr api::StreamId kClient = 7;

  void SetUp() override {
    Config config{.identity = crypto::Identity::from_seed({1}),
                  .version = "test",
                  .mode = "pure",
                  .instruments = {*exchange::parse_instrument("BTC-USD:0.01:0.00000001")},
                  .p2p = {},
                  .grenache = {},
                  .api_keys = {{"key", "phrase", "c2VjcmV0", "alice"}},
                  .api_switches = {},
                  .api_rates = {},
                  .random_seed = 1,
                  .planted = {}};
    config.p2p.node_name = "test";
    Effects effects;
    auto started = Node::start(std::move(config), {}, "", now_, effects);
    ASSERT_TRUE(started.ok());
    node_ = *std::move(started);
    take(std::move(effects));
    sync_disk();
    step(StreamOpened{kClient});
  }

  void step(Input input) {
    now_.steady_us += 10'000;
    now_.wall_us += 10'000;
    Effects effects;
    node_->step(std::move(input), now_, effects);
    take(std::move(effects));
  }
  void take(Effects effects) {
    for (Effect& effect : effects) {
      if (const auto* append = std::get_if<Append>(&effect)) {
        unsynced_.push_back(append->transaction.id);
      } else if (const auto* send = std::get_if<StreamSend>(&effect)) {
        for (const api::StreamText& text : send->messages) told_.push_back(*text);
      } else if (auto* reply = std::get_if<Reply>(&effect)) {
        replies_.push_back(reply->http.body);
      }
    }
  }
  void sync_disk() {
    while (!unsynced_.empty()) {
      const std::uint64_t transaction = unsynced_.front();
      unsynced_.pop_front();
      step(Durable{transaction});
    }
  }
  void say(const std::string& text) { step(StreamReceived{kClient, text}); }
  api::HttpRequest request(const std::string& method, const std::string& target,
                           const std::string& body) const {
    const std::string timestamp = std::to_string(now_.wall_ms() / 1000);
    return {method,
            target,
            {{"CB-ACCESS-KEY", "key"},
             {"CB-ACCESS-SIGN", *api::sign_request("c2VjcmV0", timestamp, method, target, body)},
             {"CB-ACCESS-TIMESTAMP", timestamp},
             {"CB-ACCESS-PASSPHRASE", "phrase"}},
            body,
            "test"};
  }
  void place(const std::string& price) {
    step(Requested{1, request("POST", "/orders",
                              R"({"product_id":"BTC-USD","side":"buy","size":"1","price":")" +
                                  price + "\"}")});
  }
  std::vector<std::string> told() { return std::exchange(told_, {}); }

  base::Time now_{1'000'000, 1'795'246'200'000'000};
  std::unique_ptr<Node> node_;
  std::deque<std::uint64_t> unsynced_;
  std::vector<std::string> told_;
  std::vector<std::string> replies_;
};

TEST_F(NodeStreamsTest, WhatHappensIsToldOnceItIsDurable) {
  say(R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["full"]})");
  EXPECT_THAT(told(), ElementsAre(HasSubstr("subscriptions")));
  place("100");
  step(Tick{});
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(replies_, IsEmpty());
  sync_disk();
  EXPECT_THAT(told(), ElementsAre(HasSubstr("received"), HasSubstr("open")));
  EXPECT_EQ(replies_.size(), 1U);
}

TEST_F(NodeStreamsTest, ASubscriptionIsAnsweredWhenItsSnapshotIsDurable) {
  place("100");
  say(R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["level2"]})");
  EXPECT_THAT(told(), IsEmpty());
  place("99");
  sync_disk();
  EXPECT_THAT(told(), ElementsAre(HasSubstr("subscriptions"), HasSubstr(R"("bids":[["100.00")"),
                                  HasSubstr(R"("changes":[["buy","99.00")")));
}

TEST_F(NodeStreamsTest, OrdersAreCancelledWhenAClientLeavesThatAskedForIt) {
  const api::HttpRequest verify = request("GET", "/users/self/verify", "");
  const auto header = [&](const char* name) { return std::string(verify.header(name)); };
  say(R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["user"],)"
      R"("cancel_on_disconnect":true,"key":"key","passphrase":"phrase","timestamp":")" +
      header("CB-ACCESS-TIMESTAMP") + R"(","signature":")" + header("CB-ACCESS-SIGN") + "\"}");
  place("100");
  sync_disk();
  EXPECT_THAT(told(),
              ElementsAre(HasSubstr("subscriptions"), HasSubstr("received"), HasSubstr("open")));
  step(StreamClosed{kClient});
  sync_disk();
  step(Requested{2, request("GET", "/products/BTC-USD/book?level=2", "")});
  EXPECT_THAT(replies_.back(), HasSubstr(R"("bids":[],"asks":[])"));
}

TEST_F(NodeStreamsTest, ANodeThatStopsSaysSo) {
  Effects effects;
  node_->step(Shutdown{}, now_, effects);
  sync_disk();
  std::size_t closed = 0;
  for (const Effect& effect : effects) {
    const auto* close = std::get_if<StreamClose>(&effect);
    if (close != nullptr && close->stream == kClient && close->code == api::kCloseGoingAway) {
      ++closed;
    }
  }
  EXPECT_EQ(closed, 1U);
}

}  // namespace
}  // namespace syrah::node
