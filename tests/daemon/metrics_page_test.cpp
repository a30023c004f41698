#include "daemon/metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "daemon/prometheus_text.h"
#include "store/temp_dir.h"

namespace syrah::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

// ---- text --------------------------------------------------------------------------------------

TEST(PrometheusText, CountersAndGaugesWithLabels) {
  PrometheusText out;
  out.counter("things_total", "Things.");
  out.sample(std::uint64_t{9'007'199'254'740'991}, {{"kind", "a \"b\"\n\\c"}});
  out.gauge("waits_seconds", "Waits.");
  out.sample_us(1'500'000);
  out.sample_decimal("42000.01", {{"side", "buy"}});
  EXPECT_EQ(out.text(),
            "# HELP things_total Things.\n"
            "# TYPE things_total counter\n"
            "things_total{kind=\"a \\\"b\\\"\\n\\\\c\"} 9007199254740991\n"
            "# HELP waits_seconds Waits.\n"
            "# TYPE waits_seconds gauge\n"
            "waits_seconds 1.5\n"
            "waits_seconds{side=\"buy\"} 42000.01\n");
}

TEST(PrometheusText, BucketsOfAHistogramAddUp) {
  static constexpr std::array<std::int64_t, 3> kBounds{100, 2'500, 1'000'000};
  base::Histogram histogram(kBounds);
  for (const std::int64_t value : {50, 100, 101, 5'000'000}) histogram.add(value);
  PrometheusText out;
  out.histogram("took_seconds", "Took.");
  out.sample_us(histogram);
  EXPECT_EQ(out.text(),
            "# HELP took_seconds Took.\n"
            "# TYPE took_seconds histogram\n"
            "took_seconds_count 4\n"
            "took_seconds_sum 5.000251\n"
            "took_seconds_bucket{le=\"0.0001\"} 2\n"
            "took_seconds_bucket{le=\"0.0025\"} 3\n"
            "took_seconds_bucket{le=\"1\"} 3\n"
            "took_seconds_bucket{le=\"+Inf\"} 4\n");
}

// ---- the page ----------------------------------------------------------------------------------

class MetricsPage : public testing::Test {
 protected:
  [[nodiscard]] std::string page() const {
    return metrics_page(node, {.started_wall_us = 1'700'000'000'500'000,
                               .process = {},
                               .disk = {},
                               .api = api,
                               .journal = journal,
                               .api_connections = 3,
                               .api_refusals = refusals});
  }

  node::Metrics node;
  ApiCounts api;
  JournalCounts journal;
  std::map<int, std::uint64_t> refusals;
};

TEST_F(MetricsPage, ARouteIsShownByItsPattern) {
  api.asked(1, {"POST", "/node/holds/{}/abandon"}, 0);
  api.answered(1, 404, 700);
  api.asked(2, {}, 0);
  api.answered(2, 404, 700);
  const std::string text = page();
  EXPECT_THAT(text, HasSubstr("syrah_api_answers_total{method=\"POST\",route=\"/node/holds/{id}/"
                              "abandon\",code=\"404\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("syrah_api_answers_total{method=\"none\",route=\"none\","
                              "code=\"404\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("{method=\"POST\",route=\"/node/holds/{id}/abandon\",le=\"0.0005\"} "
                              "0\n"));
}

TEST_F(MetricsPage, RejectionsAreTheAnswersToOrders) {
  for (std::uint64_t i = 0; i < 3; ++i) {
    api.asked(i, {"POST", "/orders"}, 0);
    api.answered(i, i == 0 ? 200 : 400, 1);
  }
  api.asked(9, {"GET", "/orders"}, 0);
  api.answered(9, 400, 1);
  EXPECT_THAT(page(), HasSubstr("syrah_orders_rejected_total{reason=\"invalid\"} 2\n"));
  EXPECT_THAT(page(), HasSubstr("syrah_orders_rejected_total{reason=\"limit\"} 0\n"));
}

TEST_F(MetricsPage, ABookInItsCurrencies) {
  node.books.resize(1);
  node.books[0].instrument = {"BTC-USD", {1, 2}, {1, 8}};
  node.books[0].orders = 5;
  node.books[0].sides[0] = {exchange::Price{4'200'001}, exchange::Quantity{150'000'000}};
  const std::string text = page();
  EXPECT_THAT(text, HasSubstr("syrah_book_orders{instrument=\"BTC-USD\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("syrah_book_depth{instrument=\"BTC-USD\",side=\"buy\"} 1.5\n"));
  EXPECT_THAT(text, HasSubstr("syrah_book_depth{instrument=\"BTC-USD\",side=\"sell\"} 0\n"));
  EXPECT_THAT(text,
              HasSubstr("syrah_book_best_price{instrument=\"BTC-USD\",side=\"buy\"} 42000.01\n"));
  EXPECT_THAT(text, Not(HasSubstr("syrah_book_best_price{instrument=\"BTC-USD\",side=\"sell\"}")));
}

TEST_F(MetricsPage, MessagesByTypeRouteAndDirection) {
  p2p::RouteTraffic& direct = node.sessions.by(p2p::Route::kDirect);
  direct.in.add(static_cast<std::size_t>(p2p::MessageType::kFeedBatch), 300);
  direct.in.add(p2p::kUnreadable, 7);
  const std::string text = page();
  EXPECT_THAT(text, HasSubstr("syrah_peer_messages_total{type=\"feed_batch\",route=\"direct\","
                              "direction=\"in\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("syrah_peer_bytes_total{type=\"feed_batch\",route=\"direct\","
                              "direction=\"in\"} 300\n"));
  EXPECT_THAT(text, HasSubstr("syrah_peer_messages_total{type=\"unreadable\",route=\"direct\","
                              "direction=\"in\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("route=\"grenache\",direction"))) << "it is not used here";
}

TEST_F(MetricsPage, TheFeedByChannel) {
  const auto full = static_cast<std::size_t>(api::Channel::kFull);
  node.stream_clients = 3;
  node.stream_subscriptions[full] = 5;
  node.streams.messages[full] = 70;
  node.streams.answers = 8;
  node.streams.not_resumed = 2;
  const std::string text = page();
  EXPECT_THAT(text, HasSubstr("syrah_stream_connections 3\n"));
  EXPECT_THAT(text, HasSubstr("syrah_stream_subscriptions{channel=\"full\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("syrah_stream_messages_total{channel=\"full\"} 70\n"));
  EXPECT_THAT(text, HasSubstr("syrah_stream_messages_total{channel=\"ticker_batch\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("syrah_stream_messages_total{channel=\"answer\"} 8\n"));
  EXPECT_THAT(text, HasSubstr("syrah_stream_resumes_total{outcome=\"refused\"} 2\n"));
}

TEST_F(MetricsPage, NoMoreHomesThanSaid) {
  node.feeds.homes.resize(node::kHomesShownMax);
  node.feeds.homes[0].home.bytes.fill(0xAB);
  node.feeds.homes[0].missing_entries = 12;
  EXPECT_THAT(page(), HasSubstr("syrah_feed_missing_entries{home=\"abababababababab\"} 12\n"));
}

TEST(MetricsRequest, IsForThePathWhateverTheQueryAndMethod) {
  api::HttpRequest request;
  request.method = "GET";
  for (const char* const target : {"/metrics", "/metrics?name[]=up"}) {
    request.target = target;
    EXPECT_TRUE(is_for_metrics(request)) << target;
  }
  for (const char* const target : {"/", "/metricsx", "/metrics/", "/node"}) {
    request.target = target;
    EXPECT_FALSE(is_for_metrics(request)) << target;
  }
  EXPECT_FALSE(metrics_refusal(request));
  request.method = "POST";
  const auto refusal = metrics_refusal(request);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 405);
  EXPECT_THAT(refusal->headers, testing::Contains(testing::Pair("Allow", "GET")));
}

TEST(ProcessFigures, AreThoseOfARunningProcess) {
  const ProcessFigures figures = read_process_figures();
  EXPECT_GT(figures.resident_bytes, 1U << 20U);
  EXPECT_GE(figures.virtual_bytes, figures.resident_bytes);
  EXPECT_GE(figures.open_descriptors, 3U);
  EXPECT_GE(figures.descriptors_max, figures.open_descriptors);
  EXPECT_GE(read_process_figures().cpu_us, figures.cpu_us);
}

TEST(DiskFigures, OfAFolderAndOfNone) {
  const tests::TempDir dir;
  EXPECT_EQ(read_disk_figures(dir.file("none/journal.db")).free_bytes, 0U);
  EXPECT_EQ(read_disk_figures(dir.file("none/journal.db")).journal_bytes, 0U);
  const DiskFigures folder = read_disk_figures(dir.file("."));
  EXPECT_GT(folder.free_bytes, 0U);
  EXPECT_GT(folder.journal_bytes, 0U);
}

}  // namespace
}  // namespace syrah::daemon
