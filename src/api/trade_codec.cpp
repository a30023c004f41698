#include "api/trade_codec.h"

#include "api/order_codec.h"

namespace syrah::api {

void write_trade(json::Writer& out, const exchange::TradeRow& row,
                 const exchange::Instrument& instrument) {
  const exchange::TradeFact& trade = row.trade;
  out.begin_object()
      .integer("trade_id", row.row)
      .string("side", exchange::to_text(exchange::opposite(trade.taker_side)))
      .string("size", instrument.text(trade.quantity))
      .string("price", instrument.text(trade.price))
      .string("time", time_text(trade.time))
      .string("match_id", base::PublicId::of(trade.trade).text())
      .string("maker_order_id", base::PublicId::of(trade.maker).text())
      .string("taker_order_id", base::PublicId::of(trade.taker).text())
      .end_object();
}

void write_fill(json::Writer& out, const exchange::FillRow& row,
                const exchange::Instrument& instrument) {
  const exchange::FillFact& fill = row.fill;
  out.begin_object()
      .integer("trade_id", row.row)
      .string("product_id", fill.order.instrument)
      .string("order_id", base::PublicId::of(fill.order.id).text())
      .string("client_oid", fill.order.client_id)
      .string("side", exchange::to_text(fill.order.side))
      .string("liquidity", fill.maker ? "M" : "T")
      .string("price", instrument.text(fill.price))
      .string("size", instrument.text(fill.quantity))
      .string("fee", "0")
      .string("created_at", time_text(fill.time))
      .boolean("settled", true)
      .string("match_id", base::PublicId::of(fill.trade).text())
      .string("counter_order_id", base::PublicId::of(fill.counter_order).text())
      .end_object();
}

}  // namespace syrah::api
