#include <array>
#include <map>
#include <string>
#include <string_view>

#include "daemon/metrics_sections.h"

namespace syrah::daemon {
namespace {

using exchange::CloseReason;
using exchange::RefuseReason;
using exchange::Side;

std::string text(Side side) { return std::string(exchange::to_text(side)); }

template <class Enum>
std::string reason_at(std::size_t index) {
  return std::string(exchange::to_text(static_cast<Enum>(index)));
}

constexpr std::array<Side, 2> kSides{Side::kBuy, Side::kSell};

/// Why the API refused an order: one word for each status that it may answer with.
constexpr std::array<std::pair<int, std::string_view>, 9> kRejections{{{400, "invalid"},
                                                                       {401, "unauthorized"},
                                                                       {403, "forbidden"},
                                                                       {404, "not_found"},
                                                                       {409, "refused"},
                                                                       {413, "too_large"},
                                                                       {429, "limit"},
                                                                       {500, "fault"},
                                                                       {503, "unavailable"}}};
constexpr api::RouteName kPlacing{"POST", "/orders"};

constexpr std::array<std::string_view, exchange::kBetterOrderAgesMs.size()> kBetterOrderAges{
    "250ms", "1s", "2s"};

}  // namespace

void write_node(PrometheusText& out, const node::Metrics& node) {
  out.gauge("syrah_node_info", "Who this node is; the value is always 1.");
  out.sample(std::uint64_t{1}, {{"id", node.id}, {"version", node.version}, {"mode", node.mode}});
  out.gauge("syrah_trading", "1 while the node takes orders, 0 while it starts or stops.");
  out.sample(std::uint64_t{node.running ? 1U : 0U});
}

void write_orders(PrometheusText& out, const node::Metrics& node, const ApiCounts& api) {
  const auto& instruments = node.exchange.instruments;
  out.counter("syrah_orders_accepted_total", "Orders of this node's clients that were accepted.");
  for (const auto& [name, counts] : instruments) {
    for (const Side side : kSides) {
      out.sample(counts.accepted.at(static_cast<std::size_t>(side)),
                 {{"instrument", name}, {"side", text(side)}});
    }
  }
  out.counter("syrah_orders_rejected_total", "Orders of clients that were not, by reason.");
  const auto placing = api.routes().find(kPlacing);
  for (const auto& [status, reason] : kRejections) {
    std::uint64_t rejected = 0;
    if (placing != api.routes().end()) {
      const auto found = placing->second.answers.find(status);
      if (found != placing->second.answers.end()) rejected = found->second;
    }
    out.sample(rejected, {{"reason", std::string(reason)}});
  }
  out.counter("syrah_orders_over_total",
              "Orders of this node that can change no more, by the reason they were closed.");
  for (const auto& [name, counts] : instruments) {
    for (std::size_t i = 0; i < counts.over.size(); ++i) {
      out.sample(counts.over[i], {{"instrument", name}, {"reason", reason_at<CloseReason>(i)}});
    }
  }
  out.gauge("syrah_open_orders", "Open orders, those with a pending part included, by home.");
  out.sample(node.own_orders, {{"home", "own"}});
  out.sample(node.all_orders - node.own_orders, {{"home", "others"}});
}

void write_fills(PrometheusText& out, const node::Metrics& node) {
  const exchange::Counts& counts = node.exchange;
  out.counter("syrah_fills_total", "Fills of this node's orders.");
  for (const auto& [name, of] : counts.instruments) {
    out.sample(of.fills_as_maker, {{"instrument", name}, {"role", "maker"}});
    out.sample(of.fills_as_taker, {{"instrument", name}, {"role", "taker"}});
  }
  out.counter("syrah_trades_total", "Trades anywhere in the network, each once.");
  for (const auto& [name, of] : counts.instruments) out.sample(of.trades, {{"instrument", name}});
  out.counter("syrah_trades_decided_total", "Of these, decided by this node as the maker's home.");
  for (const auto& [name, of] : counts.instruments) out.sample(of.decided, {{"instrument", name}});
  out.counter("syrah_trade_throughs_total",
              "Decisions here while an order that was better for the taker, free, reachable and at "
              "least so old was known here.");
  for (const auto& [name, of] : counts.instruments) {
    for (std::size_t i = 0; i < kBetterOrderAges.size(); ++i) {
      out.sample(of.traded_through[i],
                 {{"instrument", name}, {"older_than", std::string(kBetterOrderAges[i])}});
    }
  }
  out.gauge("syrah_pending_fills",
            "Quantities promised to other homes' orders, without an answer.");
  out.sample(node.holds);
  out.gauge("syrah_pending_oldest_seconds", "For how long the oldest of these waits.");
  out.sample_us(node.oldest_hold_ms * base::kUsPerMs);
  out.counter("syrah_fill_requests_total", "Requests to other homes to fill an order of this one.");
  out.sample(counts.asked);
  out.counter("syrah_fill_answers_total", "Their ends: filled, or the reason for giving back.");
  out.sample(counts.asked_filled, {{"answer", "filled"}});
  for (std::size_t i = 0; i < counts.asked_refused.size(); ++i) {
    out.sample(counts.asked_refused[i], {{"answer", reason_at<RefuseReason>(i)}});
  }
  out.histogram("syrah_fill_answer_duration_seconds",
                "From a request to another home to its answer being in this node's feed.");
  out.sample_us(counts.answer_us);
  out.counter("syrah_fill_refusals_total", "Other homes' requests refused here, by reason.");
  for (std::size_t i = 0; i < counts.others_refused.size(); ++i) {
    const auto reason = static_cast<RefuseReason>(i);
    if (reason == RefuseReason::kAbandoned) continue;  // is no refusal
    out.sample(counts.others_refused[i], {{"reason", std::string(exchange::to_text(reason))}});
  }
}

void write_books(PrometheusText& out, const node::Metrics& node) {
  out.gauge("syrah_book_orders", "Orders in the book, of all nodes that can be reached.");
  for (const node::BookMetrics& book : node.books) {
    out.sample(book.orders, {{"instrument", book.instrument.name}});
  }
  out.gauge("syrah_book_depth", "Quantity at the 10 best prices, in the base currency.");
  for (const node::BookMetrics& book : node.books) {
    for (const Side side : kSides) {
      out.sample_decimal(
          book.instrument.text(book.sides.at(static_cast<std::size_t>(side)).near_best),
          {{"instrument", book.instrument.name}, {"side", text(side)}});
    }
  }
  out.gauge("syrah_book_best_price", "Best price, in the quote currency; absent without one.");
  for (const node::BookMetrics& book : node.books) {
    for (const Side side : kSides) {
      const auto& best = book.sides.at(static_cast<std::size_t>(side)).best;
      if (!best) continue;
      out.sample_decimal(book.instrument.text(*best),
                         {{"instrument", book.instrument.name}, {"side", text(side)}});
    }
  }
}

}  // namespace syrah::daemon
