#include "sim/checkers/crossed_checker.h"

#include <fmt/format.h>

namespace syrah::sim {
namespace {

/// The first order in line: id, account and what is left of it.
std::string best(const Report& report, const LiveNode& node, const exchange::OrderBook& book,
                 exchange::Side side) {
  std::string text;
  book.walk(side, [&](const exchange::Resting& resting) {
    const exchange::Order* const order = node.exchange->order(resting.id);
    text = fmt::format("{} {} {} lots at {} ticks (account {}{})", exchange::to_text(side),
                       report.name(resting.id), resting.available.lots, resting.price.ticks,
                       order == nullptr ? "?" : order->account,
                       order != nullptr && order->post_only ? ", post-only" : "");
    return false;
  });
  return text;
}

}  // namespace

void CrossedChecker::at_end(const std::vector<LiveNode>& nodes) {
  for (const LiveNode& node : nodes) {
    for (const exchange::Instrument& instrument : node.exchange->instruments()) {
      const exchange::OrderBook& book = *node.exchange->book(instrument.name);
      if (!book.crossed()) continue;
      report_.broken(kInvariant, node.name,
                     fmt::format("{}: {} against {}", instrument.name,
                                 best(report_, node, book, exchange::Side::kBuy),
                                 best(report_, node, book, exchange::Side::kSell)));
    }
  }
}

}  // namespace syrah::sim
