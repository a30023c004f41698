// The exchange of one home against a naive second implementation: random commands of every kind,
// compared after each.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <vector>

#include "base/random.h"
#include "exchange/exchange_fixture.h"
#include "model/naive_exchange.h"
#include "seed.h"

namespace syrah::exchange::testing {
namespace {

using Name = NaiveExchange::Name;

constexpr std::int64_t kDayUs = 24 * 3600 * base::kUsPerSecond;

class Comparison {
 public:
  explicit Comparison(std::uint64_t seed) : random_(seed), desk_(0x11) { desk_.start(now_); }

  /// One command to both; empty, or what they differ in.
  std::string step() {
    now_.steady_us += random_.between(0, 3000);
    now_.wall_us += random_.between(0, 10'000);
    if (random_.chance(20)) now_.wall_us += random_.between(0, kDayUs);
    const std::uint64_t what = random_.below(100);
    std::string difference;
    if (what < 62) {
      difference = place();
    } else if (what < 78) {
      difference = cancel();
    } else if (what < 92) {
      difference = replace();
    } else if (what < 93) {
      difference = cancel_all();
    } else {
      desk_->tick(now_);
      naive_.expire(now_.wall_ms());
    }
    desk_->settle(now_);
    naive_.trigger();
    desk_->take_entries();
    if (difference.empty()) difference = compare_trades();
    if (difference.empty()) difference = compare_orders();
    if (difference.empty()) difference = compare_depth(Side::kBuy);
    if (difference.empty()) difference = compare_depth(Side::kSell);
    if (!difference.empty()) difference = last_ + ": " + difference;
    return difference;
  }

  std::size_t trades() const { return trades_; }

 private:
  template <std::size_t kCount>
  std::string any_of(const char* const (&words)[kCount]) {
    return words[random_.below(kCount)];
  }

  std::string account() { return any_of({"alice", "bob", "carol", "dave"}); }
  std::string price() {
    if (random_.chance(10'000))
      return any_of({"", "0", "-5", "100.5", "1e2", "x", "99999999999999999"});
    // Mostly around one price, which now and then is another one in the whole range.
    if (random_.chance(2'000)) middle_ = some_middle();
    const std::int64_t around = random_.chance(20'000) ? some_middle() : middle_;
    return std::to_string(
        std::clamp<std::int64_t>(around + random_.between(-5, 5), 1, std::int64_t{1} << 52U));
  }
  std::int64_t some_middle() {
    return random_.chance(300'000) ? 100 : std::int64_t{1} << random_.between(3, 52);
  }
  std::string quantity() {
    if (random_.chance(10'000)) return any_of({"", "0", "-1", "0.05", "1.", "many", "1 "});
    return fmt::format("{}.{}", random_.below(5), random_.between(1, 9));
  }

  std::string funds() {
    if (random_.chance(20'000)) return any_of({"0", "-1", "0.05", "x", "9.9", "1."});
    return fmt::format("{}.{}", random_.below(1000), random_.below(10));
  }

  PlaceOrder command() {
    PlaceOrder order;
    order.account = account();
    order.instrument = random_.chance(3'000) ? "ETH-USD" : "BTC-USD";
    order.side = random_.chance(500'000) ? Side::kBuy : Side::kSell;
    order.price = price();
    order.quantity = quantity();
    order.tif = static_cast<TimeInForce>(random_.chance(500'000) ? 0 : random_.below(4));
    order.self_trade = static_cast<SelfTrade>(random_.below(4));
    order.post_only = random_.chance(150'000);
    if (order.tif == TimeInForce::kGtd || random_.chance(3'000)) {
      order.expires_ms = now_.wall_ms() + random_.between(-1, 300);
    }
    if (random_.chance(100'000)) {
      order.type = OrderType::kMarket;
      if (random_.chance(900'000)) {
        order.price.clear();
        order.post_only = false;
        order.tif = random_.chance(500'000) ? TimeInForce::kIoc : TimeInForce::kFok;
        order.expires_ms = 0;
      }
    }
    if (random_.chance(150'000)) {
      order.stop = random_.chance(500'000) ? Stop::kLoss : Stop::kEntry;
      order.stop_price = price();
    }
    if (random_.chance(order.type == OrderType::kMarket ? 400'000 : 3'000)) {
      order.funds = funds();
      if (random_.chance(900'000)) {
        order.quantity.clear();
        order.tif = TimeInForce::kIoc;
      }
    }
    if (random_.chance(100'000)) order.client_id = fmt::format("c{}", random_.below(2000));
    return order;
  }

  std::string place() {
    const bool again = random_.chance(20'000);
    if (!again) sent_ = command();
    last_ = fmt::format("{} {} {} @ {} {} {}{} stop {} {} funds '{}'", sent_.account,
                        to_text(sent_.side), sent_.quantity, sent_.price, to_text(sent_.tif),
                        to_text(sent_.self_trade), sent_.post_only ? " post-only" : "",
                        to_text(sent_.stop), sent_.stop_price, sent_.funds);
    const Name before = naive_.accepted();
    const auto placed = desk_->place(sent_, now_);
    const auto expected = naive_.place(sent_, now_.wall_ms());
    if (placed.ok() != expected.has_value()) {
      return placed ? "is accepted" : "is refused: " + placed.error().message;
    }
    if (!placed) return {};
    if (placed->repeated != (naive_.accepted() == before)) return "is told to be another order";
    if (!placed->repeated) {
      if (*expected != seqs_.size()) return "is told to be another order";
      seqs_.push_back(placed->id.seq);
    }
    return name(placed->id.seq) == *expected ? "" : "is an order of before, but a wrong one";
  }

  /// Mostly one that is open, sometimes one that was.
  Name some_order() {
    const auto& open = naive_.open();
    if (open.empty() || random_.chance(50'000)) return random_.below(naive_.accepted() + 1);
    return open[random_.below(open.size())].name;
  }

  std::string owner(Name name) {
    const NaiveExchange::Open* order = naive_.find(name);
    return order == nullptr || random_.chance(20'000) ? account() : order->terms.account;
  }

  Seq seq(Name name) const { return name < seqs_.size() ? seqs_[name] : 1'000'000'000'000; }
  Name name(Seq seq) const {
    const auto found = std::lower_bound(seqs_.begin(), seqs_.end(), seq);
    if (found == seqs_.end() || *found != seq) return std::numeric_limits<Name>::max();
    return static_cast<Name>(found - seqs_.begin());
  }

  std::string cancel() {
    const Name name = some_order();
    const std::string who = owner(name);
    last_ = fmt::format("{} cancels {}", who, name);
    const bool done = desk_->cancel(who, seq(name), now_).ok();
    return done == naive_.cancel(who, name) ? "" : "one cancels, the other does not";
  }

  std::string cancel_all() {
    const std::string who = account();
    const std::string where = any_of({"", "BTC-USD", "ETH-USD"});
    last_ = fmt::format("{} cancels all in '{}'", who, where);
    std::vector<Name> gone;
    for (const Seq order : desk_->cancel_all(who, where, now_)) gone.push_back(name(order));
    return gone == naive_.cancel_all(who, where) ? "" : "other orders are cancelled";
  }

  std::string replace() {
    const Name name = some_order();
    ReplaceOrder order;
    order.account = owner(name);
    order.order = seq(name);
    if (random_.chance(600'000)) order.price = price();
    if (random_.chance(600'000)) order.quantity = quantity();
    if (random_.chance(100'000)) order.stop_price = price();
    last_ =
        fmt::format("{} replaces {} by {} @ {}", order.account, name, order.quantity, order.price);
    const bool done = desk_->replace(order, now_).ok();
    return done == naive_.replace(order, name) ? "" : "one replaces, the other does not";
  }

  std::string compare_trades() {
    std::vector<NaiveExchange::Trade> told;
    for (const Fact& fact : desk_->take_facts()) {
      const auto* trade = std::get_if<TradeFact>(&fact);
      if (trade == nullptr) continue;
      told.push_back({name(trade->maker.seq), name(trade->taker.seq), trade->price.ticks,
                      trade->quantity.lots});
    }
    trades_ += told.size();
    const auto expected = naive_.take_trades();
    if (told == expected) return "";
    const auto list = [](const std::vector<NaiveExchange::Trade>& trades) {
      std::string text;
      for (const auto& trade : trades) {
        text += fmt::format(" {} by {}: {} @ {};", trade.maker, trade.taker, trade.quantity,
                            trade.price);
      }
      return text;
    };
    return fmt::format("the trades differ: here{} there{}", list(told), list(expected));
  }

  std::string compare_orders() {
    std::size_t open = 0;
    for (const auto& [number, order] : desk_->home(desk_.id())->orders()) {
      if (!order.closed) ++open;
    }
    if (open != naive_.open().size()) return "the numbers of open orders differ";
    for (const NaiveExchange::Open& expected : naive_.open()) {
      const Order* order = desk_->own_order(seqs_.at(expected.name));
      if (order == nullptr || order->closed) return fmt::format("{} is not open", expected.name);
      if (order->free().lots != expected.remaining || order->filled.lots != expected.filled ||
          order->price.ticks != expected.price || order->waiting() != expected.waiting) {
        return fmt::format("{} differs", expected.name);
      }
      const auto last = desk_->last_price("BTC-USD");
      if (order->waiting() && last && reached(order->stop, order->stop_price, *last)) {
        return fmt::format("{} waits for a price that was there", expected.name);
      }
    }
    return {};
  }

  std::string compare_depth(Side side) {
    std::vector<NaiveExchange::Level> told;
    for (const DepthLevel& level : desk_->book("BTC-USD")->depth(side, 1000)) {
      told.emplace_back(level.price.ticks, level.quantity.lots);
    }
    return told == naive_.depth(side) ? "" : "the books differ";
  }

  base::Random random_;
  Time now_{0, kStartMs* base::kUsPerMs};
  Desk desk_;
  NaiveExchange naive_{"BTC-USD"};
  std::int64_t middle_ = 100;
  PlaceOrder sent_;
  std::vector<Seq> seqs_;  ///< by name
  std::string last_;
  std::size_t trades_ = 0;
};

TEST(ExchangeModel, DoesWhatTheNaiveOneDoes) {
  const char* const asked = std::getenv("SYRAH_MODEL_COMMANDS");
#ifdef NDEBUG
  constexpr std::uint64_t kUsual = 1'000'000;
#else
  constexpr std::uint64_t kUsual = 50'000;  // sanitizers make it twenty times as slow
#endif
  const std::uint64_t commands = asked == nullptr ? kUsual : std::strtoull(asked, nullptr, 10);
  Comparison comparison(tests::seed());
  for (std::uint64_t number = 0; number < commands; ++number) {
    const std::string difference = comparison.step();
    ASSERT_EQ(difference, "") << "at command " << number;
  }
  EXPECT_GT(comparison.trades(), commands / 10);
}

}  // namespace
}  // namespace syrah::exchange::testing
