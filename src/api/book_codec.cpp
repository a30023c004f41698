#include "api/book_codec.h"

#include <fmt/format.h>

#include "api/limits.h"
#include "json/writer.h"

namespace syrah::api {
namespace {

using exchange::Side;

void write_levels(json::Writer& out, const exchange::OrderBook& book,
                  const exchange::Instrument& instrument, Side side, std::size_t levels_max) {
  out.begin_array();
  for (const exchange::DepthLevel& level : book.depth(side, levels_max)) {
    out.begin_array()
        .string(instrument.text(level.price))
        .string(instrument.text(level.quantity))
        .integer(static_cast<std::int64_t>(level.orders))
        .end_array();
  }
  out.end_array();
}

void write_orders(json::Writer& out, const exchange::OrderBook& book,
                  const exchange::Instrument& instrument, Side side) {
  out.begin_array();
  std::size_t left = kBookOrdersMax;
  book.walk(side, [&](const exchange::Resting& resting) {
    if (left-- == 0) return false;
    out.begin_array()
        .string(instrument.text(resting.price))
        .string(instrument.text(resting.available))
        .string(base::PublicId::of(resting.id).text())
        .end_array();
    return true;
  });
  out.end_array();
}

std::size_t count_suspended(const exchange::Exchange& exchange, std::string_view instrument) {
  std::size_t count = 0;
  for (const exchange::NodeId& id : exchange.homes()) {
    const exchange::HomeState* const home = exchange.home(id);
    if (home == nullptr || exchange.reach(id) != exchange::Reach::kSilent) continue;
    for (const auto& [seq, order] : home->orders()) {
      if (count >= kSuspendedCountMax) return count;
      if (order.instrument == instrument && !order.closed && order.free().lots > 0) ++count;
    }
  }
  return count;
}

void write_indications(json::Writer& out, const Indications& indications,
                       const exchange::Instrument& instrument) {
  out.begin_array();
  std::size_t left = kIndicationsMax;
  for (const auto& [name, indication] : indications) {
    if (indication.instrument != instrument.name) continue;
    if (left-- == 0) break;
    out.begin_object()
        .string("peer", indication.peer)
        .string("id", indication.id)
        .string("side", exchange::to_text(indication.side))
        .string("price", instrument.text(indication.price))
        .string("size", instrument.text(indication.quantity))
        .end_object();
  }
  out.end_array();
}

}  // namespace

std::int64_t book_sequence(const exchange::Exchange& exchange) {
  exchange::Seq sum = 0;
  for (const exchange::NodeId& id : exchange.homes()) {
    if (const exchange::HomeState* const home = exchange.home(id)) sum += home->seq();
  }
  return static_cast<std::int64_t>(sum & 0x7FFF'FFFF'FFFF'FFFFULL);
}

std::string write_book(const Context& context, const exchange::Instrument& instrument,
                       std::int64_t level) {
  const exchange::OrderBook empty;
  const exchange::OrderBook* const known = context.exchange.book(instrument.name);
  const exchange::OrderBook& book = known == nullptr ? empty : *known;
  std::string body;
  json::Writer out(body);
  out.begin_object();
  for (const auto& [name, side] : {std::pair{"bids", Side::kBuy}, std::pair{"asks", Side::kSell}}) {
    out.key(name);
    if (level == 3) {
      write_orders(out, book, instrument, side);
    } else {
      write_levels(out, book, instrument, side, level == 1 ? 1 : kBookLevelsMax);
    }
  }
  out.integer("sequence", book_sequence(context.exchange))
      .boolean("auction_mode", false)
      .string("time", base::to_iso8601(context.now.wall_us))
      .string("digest", fmt::format("{:016x}", context.exchange.book_digest(instrument.name)))
      .integer("suspended",
               static_cast<std::int64_t>(count_suspended(context.exchange, instrument.name)));
  out.key("indications");
  write_indications(out, context.indications, instrument);
  out.end_object();
  return body;
}

}  // namespace syrah::api
