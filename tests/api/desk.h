#pragma once

// A node for tests of the API: a real exchange, keys for two traders, and a history in memory that
// answers as the one on disk does.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/auth.h"
#include "api/router.h"
#include "api/streams.h"
#include "base/check.h"
#include "exchange/limits.h"
#include "json/reader.h"

namespace syrah::tests {

class Desk {
 public:
  explicit Desk(std::uint8_t home_byte = 7)
      : exchange_(config(home_byte)),
        streams_(exchange_.instruments(), exchange_.self(), now_.wall_us) {
    exchange_.finish_recovery();
    SYRAH_CHECK(exchange_.start(now_).ok(), "the exchange does not start");
    settle();
  }

  exchange::Exchange& exchange() { return exchange_; }
  base::Time& now() { return now_; }
  /// The feed of this desk: what happens is durable at once.
  api::Streams& streams() { return streams_; }
  api::NodeView& view() { return view_; }
  api::Indications& indications() { return indications_; }
  api::Fees& fees() { return fees_; }
  std::vector<std::string>& dialled() { return dialled_; }
  std::vector<std::string>& parted() { return parted_; }
  std::vector<std::string>& forgotten() { return forgotten_; }
  std::string& history_error() { return history_error_; }
  /// A trade with a basic peer, as the node notes it.
  void trade_unconfirmed(const exchange::UnconfirmedFact& fact) {
    unconfirmed_.push_back({++row_, fact, ""});
  }
  api::Clients& clients() { return clients_; }
  /// How entries came to this node.
  std::map<base::EntryId, api::ArrivalLine>& arrivals() { return arrivals_; }
  api::Caller& caller() { return caller_; }
  /// What was written of keys and switches, the newest last.
  const std::vector<api::KeyRecords>& kept() const { return kept_; }
  /// Whether the disk takes what is written.
  bool& keeps() { return keeps_; }
  std::size_t history_questions() const { return history_questions_; }

  /// A request signed by alice's key, or bob's.
  api::HttpRequest request(std::string method, std::string target, std::string body = "",
                           const std::string& key = "alice-key") {
    return request_by(*clients_.keys.find(key), std::move(method), std::move(target),
                      std::move(body));
  }
  api::HttpRequest request_by(const api::ApiKey& key, std::string method, std::string target,
                              std::string body = "") {
    api::HttpRequest request{std::move(method), std::move(target), {}, std::move(body), "test"};
    const std::string timestamp = std::to_string(now_.wall_ms() / 1000);
    const auto sign =
        api::sign_request(key.secret, timestamp, request.method, request.target, request.body);
    request.headers = {{"CB-ACCESS-KEY", key.key},
                       {"CB-ACCESS-SIGN", *sign},
                       {"CB-ACCESS-TIMESTAMP", timestamp},
                       {"CB-ACCESS-PASSPHRASE", key.passphrase}};
    return request;
  }

  api::HttpResponse send(const api::HttpRequest& request) {
    api::Context context = make_context();
    api::Outcome outcome = api::handle(request, context);
    settle();
    now_.wall_us += base::kUsPerMs;
    now_.steady_us += base::kUsPerMs;
    if (auto* const response = std::get_if<api::HttpResponse>(&outcome)) return *response;
    if (auto* const keeps = std::get_if<api::KeepsKeys>(&outcome)) {
      if (!keeps_) return api::take_back(keeps->change, clients_);
      kept_.push_back(clients_.records());
      return keeps->response;
    }
    ++history_questions_;
    return api::finish(request, look_up(std::get<api::NeedsHistory>(outcome).question), context);
  }

  api::HttpResponse get(std::string target) { return send(request("GET", std::move(target))); }
  api::HttpResponse post(std::string target, std::string body) {
    return send(request("POST", std::move(target), std::move(body)));
  }
  /// Places a limit order and returns its id.
  std::string place(std::string side, std::string price, std::string size,
                    std::string key = "alice-key") {
    const api::HttpResponse response =
        send(request("POST", "/orders",
                     R"({"product_id":"BTC-USD","side":")" + side + R"(","price":")" + price +
                         R"(","size":")" + size + R"("})",
                     std::move(key)));
    SYRAH_CHECK(response.status == 200, response.body.c_str());
    return member(response, "id");
  }

  /// A string member of the object that an answer is.
  static std::string member(const api::HttpResponse& response, std::string_view name) {
    const auto value = json::parse(response.body);
    if (!value || !value->string(name)) return "<none>";
    return std::string(*value->string(name));
  }
  static std::string header(const api::HttpResponse& response, std::string_view name) {
    for (const auto& [header_name, value] : response.headers) {
      if (header_name == name) return value;
    }
    return "";
  }

  api::Context make_context() {
    return api::Context{exchange_,
                        clients_,
                        caller_,
                        now_,
                        [this] { return view_; },
                        [this](const std::string& address) -> base::Status {
                          if (address.find(':') == std::string::npos) {
                            return base::invalid("address must be host:port");
                          }
                          dialled_.push_back(address);
                          return base::success();
                        },
                        [this](const std::string& who) -> base::Status {
                          if (who == "nobody") {
                            return base::Error{base::ErrorCode::kNotFound, "nobody is called so"};
                          }
                          parted_.push_back(who);
                          return base::success();
                        },
                        indications_,
                        [this](std::string_view product) { return streams_.sequence(product); },
                        fees_,
                        [this](const std::string& name) -> base::Status {
                          if (name == "nobody") {
                            return base::Error{base::ErrorCode::kNotFound, "nobody's name"};
                          }
                          forgotten_.push_back(name);
                          return base::success();
                        },
                        [this](const base::EntryId& entry) { return arrivals_[entry]; },
                        [this](const base::NodeId& home) {
                          std::vector<api::ArrivalLine> lines;
                          for (const auto& [entry, line] : arrivals_) {
                            if (entry.home == home) lines.push_back(line);
                          }
                          return lines;
                        }};
  }

  /// Does what a node does after every input, and writes the facts down.
  void settle() {
    exchange_.settle(now_);
    static_cast<void>(exchange_.take_entries());
    const std::vector<exchange::Fact> facts = exchange_.take_facts();
    if (auto news = streams_.note(exchange_.take_book_news(), facts, exchange_, now_)) {
      streams_.release(*std::move(news));
    }
    for (const exchange::Fact& fact : facts) {
      ++row_;
      if (const auto* trade = std::get_if<exchange::TradeFact>(&fact)) {
        trades_.push_back({row_, *trade});
      } else if (const auto* fill = std::get_if<exchange::FillFact>(&fact)) {
        fills_.push_back({row_, *fill});
      } else if (const auto* order = std::get_if<exchange::OrderFact>(&fact)) {
        auto& row = orders_[order->order.id.seq];
        if (row.row == 0) row.row = row_;
        row.fact = *order;
      }
    }
  }

 private:
  static exchange::ExchangeConfig config(std::uint8_t home_byte) {
    exchange::ExchangeConfig config;
    config.self.bytes.fill(home_byte);
    config.instruments = {*exchange::parse_instrument("BTC-USD:0.01:0.00000001"),
                          *exchange::parse_instrument("ETH-USD:0.1:0.001")};
    return config;
  }

  template <class Row, class Wanted>
  static std::vector<Row> page(const std::vector<Row>& rows, const exchange::PageOf& page,
                               Wanted&& wanted) {
    std::vector<Row> out;
    for (auto row = rows.rbegin(); row != rows.rend() && out.size() < page.limit; ++row) {
      if (page.after && row->row >= *page.after) continue;
      if (page.before && row->row <= *page.before) continue;
      if (wanted(*row)) out.push_back(*row);
    }
    return out;
  }

  std::vector<exchange::TradeFact> trades_in(const std::string& instrument) const {
    std::vector<exchange::TradeFact> found;
    for (const exchange::TradeRow& row : trades_) {
      if (row.trade.instrument == instrument) found.push_back(row.trade);
    }
    return found;
  }

  exchange::HistoryAnswer look_up(const exchange::HistoryQuery& question) {
    exchange::HistoryAnswer answer;
    answer.error = history_error_;
    if (const auto* trades = std::get_if<exchange::TradesQuery>(&question)) {
      answer.trades = page(trades_, trades->page, [&](const exchange::TradeRow& row) {
        return row.trade.instrument == trades->instrument;
      });
    } else if (const auto* fills = std::get_if<exchange::FillsQuery>(&question)) {
      answer.fills = page(fills_, fills->page, [&](const exchange::FillRow& row) {
        const exchange::Order& order = row.fill.order;
        return order.account == fills->account && fills->time.has(row.fill.time.ms) &&
               (!fills->order || order.id.seq == *fills->order) &&
               (fills->instrument.empty() || order.instrument == fills->instrument);
      });
      answer.unconfirmed =
          page(unconfirmed_, fills->page, [&](const exchange::UnconfirmedRow& row) {
            return orders_.at(row.fact.order).fact.order.account == fills->account &&
                   fills->time.has(row.fact.time.ms) &&
                   (!fills->order || row.fact.order == *fills->order) &&
                   (fills->instrument.empty() || row.fact.instrument == fills->instrument);
          });
      for (exchange::UnconfirmedRow& row : answer.unconfirmed) {
        row.client_id = orders_.at(row.fact.order).fact.order.client_id;
      }
    } else if (const auto* orders = std::get_if<exchange::OrdersQuery>(&question)) {
      std::vector<exchange::OrderRow> rows;
      for (const auto& [seq, row] : orders_) rows.push_back(row);
      answer.orders = page(rows, orders->page, [&](const exchange::OrderRow& row) {
        const exchange::Order& order = row.fact.order;
        return order.account == orders->account && orders->accepted.has(order.accepted.ms) &&
               (orders->instrument.empty() || order.instrument == orders->instrument);
      });
    } else if (const auto* candles = std::get_if<exchange::CandlesQuery>(&question)) {
      answer.candles = exchange::candles_of(trades_in(candles->instrument), candles->span_s);
      std::erase_if(answer.candles, [&](const exchange::Candle& candle) {
        return candle.start_s < candles->from_s || candle.start_s > candles->to_s;
      });
    } else if (const auto* sparks = std::get_if<exchange::SparkLinesQuery>(&question)) {
      for (const std::string& instrument : sparks->instruments) {
        answer.spark_lines.push_back(exchange::candles_of(trades_in(instrument), exchange::kHourS));
      }
    } else if (const auto* stats = std::get_if<exchange::StatsQuery>(&question)) {
      const auto all = exchange::candles_of(trades_in(stats->instrument), exchange::kTimeMsMax);
      if (!all.empty()) {
        answer.day = all.front();
        answer.month_volume = all.front().volume;
      }
      exchange::PageOf newest;
      newest.limit = 1;
      answer.trades = page(trades_, newest, [&](const exchange::TradeRow& row) {
        return row.trade.instrument == stats->instrument;
      });
    } else if (const auto* positions = std::get_if<exchange::PositionsQuery>(&question)) {
      for (const exchange::FillRow& row : fills_) {
        const exchange::FillFact& fill = row.fill;
        if (fill.order.account != positions->account) continue;
        answer.positions.push_back({fill.order.instrument, fill.order.side, fill.quantity.lots,
                                    fill.price * fill.quantity});
      }
    } else if (const auto* one = std::get_if<exchange::OrderQuery>(&question)) {
      for (const auto& [seq, row] : orders_) {
        const exchange::Order& order = row.fact.order;
        if (order.account == one->account &&
            (one->order ? seq == *one->order : order.client_id == one->client_id)) {
          answer.orders.push_back(row);
        }
      }
    }
    return answer;
  }

  base::Time now_{5'000'000, 1'795'246'200'000'000};
  exchange::Exchange exchange_;
  api::Streams streams_;
  api::Clients clients_{api::KeyRing({{"alice-key", "open sesame", "c2VjcmV0", "alice"},
                                      {"bob-key", "open sesame", "c2VjcmV0", "bob"}}),
                        api::KeySource({}),
                        api::RateLimits({.per_key = 100'000}),
                        {}};
  api::Caller caller_{"192.0.2.1", false};
  std::map<base::EntryId, api::ArrivalLine> arrivals_;
  std::vector<api::KeyRecords> kept_;
  bool keeps_ = true;
  api::NodeView view_{.id = "id",
                      .name = "desk",
                      .version = "1.0",
                      .mode = "pure",
                      .network = "test",
                      .state = "running",
                      .uptime_s = 12,
                      .feeds = {},
                      .peers = {},
                      .sources = {},
                      .names = {},
                      .routes = {},
                      .grenache = {}};
  api::Indications indications_;
  api::Fees fees_;
  std::vector<std::string> dialled_;
  std::vector<std::string> parted_;
  std::vector<std::string> forgotten_;
  std::string history_error_;
  std::size_t history_questions_ = 0;
  std::int64_t row_ = 0;
  std::vector<exchange::TradeRow> trades_;
  std::vector<exchange::FillRow> fills_;
  std::vector<exchange::UnconfirmedRow> unconfirmed_;
  std::map<exchange::Seq, exchange::OrderRow> orders_;
};

}  // namespace syrah::tests
