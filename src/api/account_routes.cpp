// What a trader has come to: a node keeps nobody's money, so an account is what its fills add up
// to, per currency, and may be below zero. Also what it would pay in fees.

#include <fmt/format.h>

#include "api/errors.h"
#include "api/product_codec.h"
#include "api/routes.h"
#include "base/hex.h"
#include "crypto/hash.h"
#include "json/writer.h"

namespace syrah::api {
namespace {

using base::Int128;
using exchange::Instrument;

/// An id in the form that Coinbase's have, always the same for the same thing.
std::string uuid_of(std::string_view text) {
  std::string hex = base::to_hex(crypto::sha256(text)).substr(0, 32);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, 1, '-');
  return hex;
}

/// Sums of one currency, in units of its last decimal.
struct Balance {
  std::size_t decimals = 0;
  Int128 total = 0;
  Int128 hold = 0;
};

/// Should a sum ever not fit into 127 bits, it stays at what does.
void add(Int128& sum, Int128 count, base::Decimal step_a, base::Decimal step_b,
         std::size_t decimals) {
  Int128 amount = count;
  bool fits = !__builtin_mul_overflow(amount, Int128{step_a.units}, &amount) &&
              !__builtin_mul_overflow(amount, Int128{step_b.units}, &amount);
  const std::size_t scale = std::size_t{step_a.scale} + step_b.scale;
  for (std::size_t i = scale; fits && i < decimals; ++i) {
    fits = !__builtin_mul_overflow(amount, Int128{10}, &amount);
  }
  Int128 added = 0;
  if (fits && !__builtin_add_overflow(sum, amount, &added)) sum = added;
}

std::string text_of(Int128 amount, std::size_t decimals) {
  const base::Decimal step{1, static_cast<std::uint8_t>(decimals)};
  const std::string text = base::product_steps_to_text(amount < 0 ? -amount : amount, step, {1, 0});
  return amount < 0 ? "-" + text : text;
}

class Balances {
 public:
  explicit Balances(const Call& call) : call_(call) {
    for (const auto& [name, decimals] : currency_decimals(call.context.exchange.instruments())) {
      all_[name].decimals = decimals;
    }
  }

  void add_position(const exchange::PositionRow& position) {
    const Instrument* const instrument = call_.context.exchange.instrument(position.instrument);
    if (instrument == nullptr) return;
    const Int128 sign = position.side == exchange::Side::kBuy ? 1 : -1;
    Balance& base = of(instrument->base_currency());
    add(base.total, sign * position.lots, instrument->lot, {1, 0}, base.decimals);
    Balance& quote = of(instrument->quote_currency());
    add(quote.total, -sign * position.value.units, instrument->tick, instrument->lot,
        quote.decimals);
  }

  /// What the open order may still come to.
  void add_open(const exchange::Order& order) {
    const Instrument* const instrument = call_.context.exchange.instrument(order.instrument);
    if (instrument == nullptr) return;
    const exchange::Quantity left = order.free() + order.held;
    if (order.side == exchange::Side::kSell) {
      Balance& base = of(instrument->base_currency());
      add(base.hold, left.lots, instrument->lot, {1, 0}, base.decimals);
      return;
    }
    exchange::Notional worth = order.price * left;
    if (order.funds.units > 0) worth = {order.funds.units - order.executed.units};
    Balance& quote = of(instrument->quote_currency());
    add(quote.hold, worth.units, instrument->tick, instrument->lot, quote.decimals);
  }

  void write(json::Writer& out, std::string_view currency) const {
    const Balance& balance = all_.find(currency)->second;
    out.begin_object()
        .string("id", id(currency))
        .string("currency", currency)
        .string("balance", text_of(balance.total, balance.decimals))
        .string("hold", text_of(balance.hold, balance.decimals))
        .string("available", text_of(balance.total - balance.hold, balance.decimals))
        .string("profile_id", uuid_of("profile\n" + call_.account))
        .boolean("trading_enabled", true)
        .end_object();
  }

  [[nodiscard]] std::string id(std::string_view currency) const {
    return uuid_of(fmt::format("account\n{}\n{}", call_.account, currency));
  }
  [[nodiscard]] const std::map<std::string, Balance, std::less<>>& all() const { return all_; }

 private:
  Balance& of(std::string_view currency) { return all_.find(currency)->second; }

  const Call& call_;
  std::map<std::string, Balance, std::less<>> all_;
};

Balances balances(const Call& call, const exchange::HistoryAnswer& answer) {
  Balances found(call);
  for (const exchange::PositionRow& position : answer.positions) found.add_position(position);
  const exchange::Exchange& exchange = call.context.exchange;
  for (const auto& [seq, order] : exchange.home(exchange.self())->orders()) {
    if (order.account == call.account && !order.over()) found.add_open(order);
  }
  return found;
}

Answer accounts(const Call& call) {
  return Outcome(NeedsHistory{exchange::PositionsQuery{call.account}});
}

base::Result<HttpResponse> finish_accounts(const Call& call,
                                           const exchange::HistoryAnswer& answer) {
  const Balances found = balances(call, answer);
  HttpResponse response;
  json::Writer out(response.body);
  out.begin_array();
  for (const auto& [currency, balance] : found.all()) found.write(out, currency);
  out.end_array();
  return response;
}

base::Result<HttpResponse> finish_account(const Call& call, const exchange::HistoryAnswer& answer) {
  const Balances found = balances(call, answer);
  for (const auto& [currency, balance] : found.all()) {
    if (found.id(currency) != call.captures[0]) continue;
    HttpResponse response;
    json::Writer out(response.body);
    found.write(out, currency);
    return response;
  }
  return not_found(
      fmt::format("there is no account {}; see GET /accounts", quoted(call.captures[0])));
}

Answer fees(const Call& call) {
  std::string body;
  json::Writer(body)
      .begin_object()
      .string("maker_fee_rate", call.context.fees.maker)
      .string("taker_fee_rate", call.context.fees.taker)
      .key("usd_volume")
      .null()
      .end_object();
  return answer_with(std::move(body));
}

constexpr Route kAccountRoutes[] = {
    {"GET", "/accounts", kView, accounts, finish_accounts},
    {"GET", "/accounts/{}", kView, accounts, finish_account},
    {"GET", "/fees", kView, fees},
};

}  // namespace

std::span<const Route> account_routes() { return kAccountRoutes; }

}  // namespace syrah::api
