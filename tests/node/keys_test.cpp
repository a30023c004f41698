// API keys and dead man's switches of a running node: what is kept before the answer, and what a
// restart makes of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>

#include "api/auth.h"
#include "json/reader.h"
#include "node/node.h"
#include "node/parts.h"

namespace syrah::node {
namespace {

using testing::HasSubstr;

constexpr std::string_view kOrder =
    R"({"product_id":"BTC-USD","side":"buy","price":"1","size":"1"})";

/// A node with a disk that keeps what it is given, or waits until it is told to.
class Bench {
 public:
  Bench() { start(); }

  /// As after the end of the process, by whatever cause; api-keys.json and journal stay.
  void restart() {
    node_.reset();
    now_.steady_us += 3600 * base::kUsPerSecond;
    now_.wall_us += 3600 * base::kUsPerSecond;
    start();
  }

  std::optional<api::HttpResponse> send(const std::string& method, const std::string& target,
                                        const std::string& body = "",
                                        const std::string& key = "k") {
    api::HttpRequest http{method, target, {}, body, "127.0.0.1"};
    const std::string timestamp = std::to_string(now_.wall_ms() / 1000);
    http.headers = {
        {"CB-ACCESS-KEY", key},
        {"CB-ACCESS-SIGN", *api::sign_request("c2VjcmV0", timestamp, method, target, body)},
        {"CB-ACCESS-TIMESTAMP", timestamp},
        {"CB-ACCESS-PASSPHRASE", "p"}};
    reply_.reset();
    input(Requested{++requests_, std::move(http)});
    return reply_;
  }
  std::size_t open_orders() const { return open_prices().size(); }
  /// In ticks, oldest order first.
  std::vector<std::int64_t> open_prices() const {
    std::vector<std::int64_t> prices;
    const auto& exchange = node_->parts().exchange;
    for (const auto& [seq, order] : exchange.home(exchange.self())->orders()) {
      if (!order.closed) prices.push_back(order.price.ticks);
    }
    return prices;
  }
  void place(const std::string& price, const std::string& key) {
    const auto answer =
        send("POST", "/orders",
             R"({"product_id":"BTC-USD","side":"buy","size":"1","price":")" + price + "\"}", key);
    ASSERT_EQ(answer->status, 200) << answer->body;
  }
  /// A connection that asks for cancel_on_disconnect.
  void connect(api::StreamId stream, const std::string& key) {
    const std::string timestamp = std::to_string(now_.wall_ms() / 1000);
    const std::string sign =
        *api::sign_request("c2VjcmV0", timestamp, "GET", "/users/self/verify", "");
    input(StreamOpened{stream});
    input(StreamReceived{stream, R"({"type":"subscribe","channels":["user"],"key":")" + key +
                                     R"(","passphrase":"p","cancel_on_disconnect":true,)" +
                                     R"("timestamp":")" + timestamp + R"(","signature":")" + sign +
                                     R"(","product_ids":["BTC-USD"]})"});
  }
  /// Lets time pass, with the ticks that the node wants.
  void pass(std::int64_t seconds) {
    const std::int64_t end_us = now_.steady_us + seconds * base::kUsPerSecond;
    while (node_->next_deadline_us() <= end_us) {
      const std::int64_t step_us =
          std::max<std::int64_t>(0, node_->next_deadline_us() - now_.steady_us);
      now_.steady_us += step_us;
      now_.wall_us += step_us;
      input(Tick{});
    }
    now_.wall_us += end_us - now_.steady_us;
    now_.steady_us = end_us;
  }
  void save_done(const std::string& trouble = "") { input(KeysSaved{last_save_, trouble}); }
  void input(Input input) {
    node::Effects effects;
    node_->step(std::move(input), now_, effects);
    take(std::move(effects));
  }

  bool disk_is_slow = false;  ///< for api-keys.json: save_done() says when
  std::string keys_text;      ///< of api-keys.json
  std::vector<std::string> log;

 private:
  void start() {
    crypto::Seed seed{};
    seed[0] = 7;
    Config config{.identity = crypto::Identity::from_seed(seed),
                  .version = "1",
                  .instruments = {*exchange::parse_instrument("BTC-USD:0.01:0.00000001")},
                  .p2p = {},
                  .grenache = {},
                  .api_keys = {{"k", "p", "c2VjcmV0", "alice"}, {"k2", "p", "c2VjcmV0", "alice"}},
                  .api_switches = {},
                  .api_rates = {},
                  .planted = {}};
    if (!keys_text.empty()) {
      const auto records = api::read_key_records(keys_text);
      config.api_switches = records->switches;
      for (const api::ApiKey& key : records->keys) config.api_keys.push_back(key);
    }
    Recovered recovered;
    recovered.last_transaction = transactions_;
    for (const auto& [order, key] : placed_by_) recovered.placed_by.push_back({order, key});
    if (!batches_.empty()) recovered.homes.push_back({std::nullopt, batches_});
    node::Effects effects;
    auto started = Node::start(std::move(config), recovered, "", now_, effects);
    ASSERT_TRUE(started.ok()) << started.error().message;
    node_ = *std::move(started);
    take(std::move(effects));
  }

  void take(node::Effects effects) {
    for (node::Effect& effect : effects) {
      if (auto* append = std::get_if<Append>(&effect)) {
        for (const feed::Batch& batch : append->transaction.batches) batches_.push_back(batch);
        for (const exchange::Fact& fact : append->transaction.facts) {
          const auto* const order = std::get_if<exchange::OrderFact>(&fact);
          if (order != nullptr) placed_by_.try_emplace(order->order.id.seq, order->placed_by);
        }
        transactions_ = append->transaction.id;
        input(Durable{transactions_});
      } else if (auto* save = std::get_if<SaveKeys>(&effect)) {
        last_save_ = save->save;
        if (disk_is_slow) continue;
        keys_text = save->text;
        save_done();
      } else if (auto* reply = std::get_if<Reply>(&effect)) {
        reply_ = reply->http;
      } else if (auto* line = std::get_if<Log>(&effect)) {
        log.push_back(line->line.message);
      }
    }
  }

  base::Time now_{5'000'000, 1'795'246'200'000'000};
  std::unique_ptr<Node> node_;
  std::vector<feed::Batch> batches_;
  std::map<base::Seq, exchange::KeyTag> placed_by_;
  std::uint64_t transactions_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t last_save_ = 0;
  std::optional<api::HttpResponse> reply_;
};

TEST(Keys, NothingIsAcknowledgedBeforeItIsOnTheDisk) {
  Bench bench;
  bench.disk_is_slow = true;
  EXPECT_FALSE(bench.send("POST", "/node/keys", R"({"permissions":["view"]})"));
  EXPECT_FALSE(bench.send("GET", "/health") == std::nullopt) << "others do not wait";
  EXPECT_FALSE(bench.send("POST", "/orders/cancel-after", R"({"timeout":10})"));
  bench.save_done();
  const auto late = bench.send("GET", "/orders/cancel-after");
  ASSERT_TRUE(late.has_value());
  EXPECT_THAT(late->body, HasSubstr("\"timeout\":10"));
}

TEST(Keys, AKeyThatCannotBeWrittenIsNotMade) {
  Bench bench;
  bench.disk_is_slow = true;
  EXPECT_FALSE(bench.send("POST", "/node/keys", R"({"permissions":["view"],"label":"new"})"));
  bench.save_done("no space left on device");
  EXPECT_THAT(bench.log, testing::Contains("API keys not written"));
  EXPECT_THAT(bench.send("GET", "/node/keys")->body, Not(HasSubstr("new")));
}

TEST(Keys, KeysComeBackAfterARestart) {
  Bench bench;
  bench.send("POST", "/node/keys", R"({"permissions":["view"],"label":"new"})");
  bench.restart();
  EXPECT_THAT(bench.send("GET", "/node/keys")->body, HasSubstr("\"label\":\"new\""));
}

TEST(Keys, OrdersAreCancelledWhenTheirOwnerIsNotHeardInTime) {
  Bench bench;
  ASSERT_EQ(bench.send("POST", "/orders", std::string(kOrder))->status, 200);
  ASSERT_EQ(bench.send("POST", "/orders/cancel-after", R"({"timeout":10})")->status, 200);
  bench.pass(9);
  ASSERT_EQ(bench.send("POST", "/orders/cancel-after", R"({"timeout":10})")->status, 200);
  bench.pass(9);
  EXPECT_EQ(bench.open_orders(), 1U) << "it was renewed";
  bench.pass(2);
  EXPECT_EQ(bench.open_orders(), 0U);
  EXPECT_THAT(bench.keys_text, HasSubstr("\"switches\":[]"));
  ASSERT_EQ(bench.send("POST", "/orders", std::string(kOrder))->status, 200);
  bench.pass(100);
  bench.restart();
  EXPECT_EQ(bench.open_orders(), 1U) << "it ran out once";
}

TEST(Keys, ASwitchThatIsEndedDoesNothing) {
  Bench bench;
  ASSERT_EQ(bench.send("POST", "/orders", std::string(kOrder))->status, 200);
  bench.send("POST", "/orders/cancel-after", R"({"timeout":10})");
  bench.send("POST", "/orders/cancel-after", R"({"timeout":0})");
  bench.pass(100);
  bench.restart();
  EXPECT_EQ(bench.open_orders(), 1U);
}

TEST(Keys, ARestartCancelsWhatASwitchWasOnFor) {
  Bench bench;
  ASSERT_EQ(bench.send("POST", "/orders", std::string(kOrder))->status, 200);
  bench.restart();
  EXPECT_EQ(bench.open_orders(), 1U);
  bench.send("POST", "/orders/cancel-after", R"({"timeout":86400})");
  bench.restart();
  EXPECT_EQ(bench.open_orders(), 0U);
  EXPECT_THAT(bench.send("GET", "/orders/cancel-after")->body, HasSubstr("\"timeout\":0"));
  EXPECT_THAT(bench.keys_text, HasSubstr("\"switches\":[]"));
}

TEST(Keys, ASwitchIsAboutTheOrdersOfItsOwnKey) {
  Bench bench;
  bench.place("1", "k");
  bench.place("2", "k2");
  bench.restart();
  bench.place("3", "k");
  bench.place("4", "k2");
  bench.send("POST", "/orders/cancel-after", R"({"timeout":10})", "k2");
  bench.pass(11);
  EXPECT_THAT(bench.open_prices(), testing::ElementsAre(100, 300));
  bench.place("5", "k2");
  bench.send("POST", "/orders/cancel-after", R"({"timeout":86400})", "k");
  bench.restart();
  EXPECT_THAT(bench.open_prices(), testing::ElementsAre(500));
}

TEST(Keys, AConnectionThatEndsCancelsTheOrdersOfItsOwnKey) {
  Bench bench;
  bench.place("1", "k");
  bench.place("2", "k2");
  bench.connect(1, "k");
  bench.connect(2, "k2");
  bench.input(StreamClosed{2});
  EXPECT_THAT(bench.open_prices(), testing::ElementsAre(100));
  bench.place("3", "k2");
  bench.restart();
  EXPECT_THAT(bench.open_prices(), testing::ElementsAre(300)) << "the first connection was open";
}

}  // namespace
}  // namespace syrah::node
