#include "api/book_codec.h"

#include <fmt/format.h>

#include "api/limits.h"
#include "api/stream_limits.h"
#include "crypto/crc32.h"
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
        .string(priority_text(resting.priority))
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
      if (order.instrument == instrument && order.resting() && order.free().lots > 0) ++count;
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

std::uint32_t book_checksum(const exchange::OrderBook& book,
                            const exchange::Instrument& instrument) {
  std::string text;
  for (const Side side : {Side::kSell, Side::kBuy}) {
    for (const exchange::DepthLevel& level : book.depth(side, kChecksumLevels)) {
      text.append(instrument.text(level.price)).append(1, ':');
      text.append(instrument.text(level.quantity)).append(1, ',');
    }
  }
  return crypto::crc32(text);
}

std::string priority_text(const exchange::Priority& priority) {
  return fmt::format("{:015}.{:010}", priority.time.ms, priority.time.counter);
}

std::string write_book(const Context& context, const exchange::Instrument& instrument,
                       std::int64_t level) {
  const exchange::OrderBook empty(context.exchange.self());
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
  out.integer("sequence", context.sequence(instrument.name))
      .boolean("auction_mode", false)
      .string("time", base::to_iso8601(context.now.wall_us))
      .string("digest", fmt::format("{:016x}", context.exchange.book_digest(instrument.name)))
      .integer("checksum", book_checksum(book, instrument))
      .integer("suspended",
               static_cast<std::int64_t>(count_suspended(context.exchange, instrument.name)));
  out.key("indications");
  write_indications(out, context.indications, instrument);
  out.end_object();
  return body;
}

}  // namespace syrah::api
