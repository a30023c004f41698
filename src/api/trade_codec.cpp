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
      .boolean("unconfirmed", false)
      .end_object();
}

void write_unconfirmed(json::Writer& out, const exchange::UnconfirmedRow& row,
                       const base::NodeId& home, const exchange::Instrument& instrument) {
  const exchange::UnconfirmedFact& fact = row.fact;
  out.begin_object()
      .integer("trade_id", row.row)
      .string("product_id", fact.instrument)
      .string("order_id", base::PublicId::of({home, fact.order}).text())
      .string("client_oid", row.client_id)
      .string("side", exchange::to_text(fact.side))
      .string("liquidity", "M")  // only resting orders trade with what a basic peer announces
      .string("price", instrument.text(fact.price))
      .string("size", instrument.text(fact.quantity))
      .string("fee", "0")
      .string("created_at", time_text(fact.time))
      .boolean("settled", false)
      .string("match_id", fact.id)
      .string("counterparty", fact.peer)
      .boolean("unconfirmed", true)
      .end_object();
}

}  // namespace syrah::api
