// Writes a stream of order messages (stream.h); the same arguments give the same file everywhere.
//
//   make_stream OUT SEED INSTRUMENTS DEPTH MESSAGES [--scatter] [--swing PERCENT] [--crash PERCENT]
//   make_stream OUT --scatter-from FILE
//
// DEPTH orders rest in each book from the beginning to the end. Half of the cancels and
// replacements are of one of the last 256 orders. The middle price takes a step now and then; with
// --swing it goes down and up by this much four times, with --crash down within a hundredth of the
// messages, and back in the rest. --scatter makes the ids 63-bit numbers without order.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <string_view>
#include <unordered_map>

#include "base/random.h"
#include "model/textbook_book.h"
#include "stream.h"

namespace syrah::bench {
namespace {

constexpr std::int32_t kMiddle = 32'768;

struct Options {
  std::uint64_t seed = 1;
  std::uint32_t instruments = 1;
  std::uint32_t depth = 1000;
  std::uint64_t messages = 0;
  std::int32_t swing_percent = 0;
  std::int32_t crash_percent = 0;
};

/// 63 bits of SplitMix64.
std::uint64_t scatter(std::uint64_t id) {
  return base::Random((id - 1) * 0x9E3779B97F4A7C15ULL).next() & 0x7FFF'FFFF'FFFF'FFFFULL;
}

struct Live {
  std::uint64_t id = 0;
  std::uint8_t side = 0;
};

/// One instrument's book and what the generator knows about it.
struct Market {
  model::TextbookBook book;
  std::int32_t middle = kMiddle;
  std::vector<Live> live;
  std::unordered_map<std::uint64_t, std::size_t> places;
  std::array<std::uint64_t, 256> recent{};
  std::size_t recent_count = 0;

  void enter(std::uint64_t id, std::uint8_t side) {
    places[id] = live.size();
    live.push_back({id, side});
    recent[recent_count++ % recent.size()] = id;
  }
  void leave(std::uint64_t id) {
    const auto found = places.find(id);
    if (found == places.end()) return;
    const std::size_t at = found->second;
    places.erase(found);
    if (at + 1 != live.size()) {
      live[at] = live.back();
      places[live[at].id] = at;
    }
    live.pop_back();
  }
};

class Generator {
 public:
  explicit Generator(const Options& options)
      : options_(options), random_(options.seed), markets_(options.instruments) {}

  Stream make() {
    for (std::uint32_t i = 0; i < options_.instruments; ++i) {
      while (markets_[i].live.size() < options_.depth) add_passive(i);
    }
    stream_.header.filling = stream_.messages.size();
    while (measured() < options_.messages) step();
    stream_.header.instruments = options_.instruments;
    stream_.header.measured = measured();
    stream_.header.id_max = id_;
    stream_.header.price_min = price_min_;
    stream_.header.price_max = price_max_;
    return std::move(stream_);
  }

  [[nodiscard]] const Digest& digest() const { return digest_; }

 private:
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(random_.below(bound));
  }
  [[nodiscard]] std::uint64_t measured() const {
    return stream_.messages.size() - stream_.header.filling;
  }

  /// 1 to 4096 ticks; twice as far is half as likely.
  std::int32_t distance() {
    const int doublings = std::countr_zero(random_.next() | 1ULL << 12U);
    return static_cast<std::int32_t>(1 + below(1U << doublings));
  }

  /// From the middle, and never so that it crosses.
  std::int32_t passive_price(const Market& market, std::uint8_t side) {
    const std::int32_t away = distance();
    if (side == 0) {
      const std::int32_t price = market.middle - away;
      const auto ask = market.book.best_ask();
      return std::max(1, ask ? std::min(price, *ask - 1) : price);
    }
    const std::int32_t price = market.middle + away;
    const auto bid = market.book.best_bid();
    return bid ? std::max(price, *bid + 1) : price;
  }

  void add_passive(std::uint32_t instrument) {
    const auto side = static_cast<std::uint8_t>(below(2));
    const std::int32_t price = passive_price(markets_[instrument], side);
    const std::uint32_t quantity = 1 + below(100);
    emit({MessageType::kNew, side, 0, instrument, ++id_, 0, price, quantity});
  }

  void emit(const Message& message) {
    stream_.messages.push_back(message);
    const bool priced =
        message.type != MessageType::kCancel && message.type != MessageType::kMarket;
    if (priced) {
      price_min_ = std::min(price_min_, message.price);
      price_max_ = std::max(price_max_, message.price);
    }
    Market& market = markets_[message.instrument];
    if (message.type == MessageType::kCancel || message.type == MessageType::kReplace) {
      if (!market.book.cancel(message.id)) {
        ++digest_.rejects;
        return;
      }
      if (message.type == MessageType::kCancel) {
        market.leave(message.id);
        dead_ = message.id;
        return;
      }
    }
    trade(market, message);
  }

  void trade(Market& market, const Message& message) {
    std::vector<std::uint64_t> makers;
    const bool rests = message.type == MessageType::kNew || message.type == MessageType::kReplace;
    const auto limit = message.type == MessageType::kMarket
                           ? std::nullopt
                           : std::optional<std::int32_t>(message.price);
    market.book.add(
        message.id, message.side == 1, limit, message.quantity, rests,
        [&](std::uint64_t maker, std::uint64_t taker, std::int32_t price, std::uint32_t quantity) {
          digest_.add({maker, taker, price, quantity});
          makers.push_back(maker);
        });
    if (message.type == MessageType::kNew && market.book.contains(message.id)) {
      market.enter(message.id, message.side);
    } else if (message.type == MessageType::kReplace && !market.book.contains(message.id)) {
      market.leave(message.id);
    }
    for (const std::uint64_t maker : makers) {
      if (market.book.contains(maker)) continue;
      market.leave(maker);
      dead_ = maker;
    }
  }

  Live pick(const Market& market) {
    if (below(2) != 0) {
      const auto found = market.places.find(market.recent[below(256)]);
      if (found != market.places.end()) return market.live[found->second];
    }
    return market.live[below(static_cast<std::uint32_t>(market.live.size()))];
  }

  /// Where the great movements have the middle price; nothing if there are none.
  [[nodiscard]] std::optional<std::int32_t> course() const {
    const auto done = static_cast<std::int64_t>(measured());
    const auto all = static_cast<std::int64_t>(options_.messages);
    if (options_.swing_percent > 0) {
      const std::int64_t half = all / 8;
      const std::int64_t phase = done % (2 * half);
      const std::int64_t down = phase < half ? phase : 2 * half - phase;
      return static_cast<std::int32_t>(kMiddle -
                                       kMiddle * options_.swing_percent / 100 * down / half);
    }
    if (options_.crash_percent > 0) {
      const std::int64_t depth = kMiddle * std::int64_t{options_.crash_percent} / 100;
      const std::int64_t from = all / 3;
      const std::int64_t fall = all / 100;
      if (done < from) return kMiddle;
      if (done < from + fall)
        return static_cast<std::int32_t>(kMiddle - depth * (done - from) / fall);
      return static_cast<std::int32_t>(kMiddle - depth * (all - done) / (all - from - fall));
    }
    return std::nullopt;
  }

  void move_middle(Market& market) {
    const std::uint32_t step = below(32);
    if (const auto there = course()) {
      market.middle = *there;
    } else if (step < 2) {
      market.middle += step == 0 ? 1 : -1;
    }
    market.middle = std::clamp(market.middle, 16'384, 49'152);
  }

  void step() {
    const std::uint32_t instrument =
        options_.instruments == 1 ? 0 : below(below(options_.instruments) + 1);
    Market& market = markets_[instrument];
    move_middle(market);
    const std::uint32_t what = below(100);
    bool adds = what < 46;
    bool cancels = what >= 46 && what < 86;
    const std::size_t slack = options_.depth / 20;
    if (cancels && market.live.size() < options_.depth - slack && below(2) != 0) {
      std::swap(adds, cancels);
    } else if (adds && market.live.size() > options_.depth + slack && below(2) != 0) {
      std::swap(adds, cancels);
    }
    if (adds) {
      add_passive(instrument);
    } else if (cancels) {
      cancel(instrument);
    } else if (what < 90) {
      replace(instrument);
    } else {
      take(instrument, what);
    }
  }

  void cancel(std::uint32_t instrument) {
    const Market& market = markets_[instrument];
    if (below(50) == 0 && dead_ != 0) {  // too late
      emit({MessageType::kCancel, 0, 0, instrument, dead_, 0, 0, 0});
    } else if (market.live.empty()) {
      add_passive(instrument);
    } else {
      const Live order = pick(market);
      emit({MessageType::kCancel, order.side, 0, instrument, order.id, 0, 0, 0});
    }
  }

  void replace(std::uint32_t instrument) {
    const Market& market = markets_[instrument];
    if (market.live.empty()) {
      add_passive(instrument);
      return;
    }
    const Live order = pick(market);
    const std::int32_t price = passive_price(market, order.side);
    const std::uint32_t quantity = 1 + below(100);
    emit({MessageType::kReplace, order.side, 0, instrument, order.id, 0, price, quantity});
  }

  void take(std::uint32_t instrument, std::uint32_t what) {
    const Market& market = markets_[instrument];
    const auto side = static_cast<std::uint8_t>(below(2));
    const std::uint32_t quantity = 1 + below(100);
    const auto over = static_cast<std::int32_t>(below(3));
    const std::int32_t price = side == 0 ? market.book.best_ask().value_or(market.middle) + over
                                         : market.book.best_bid().value_or(market.middle) - over;
    const MessageType type = what < 94   ? MessageType::kNew
                             : what < 98 ? MessageType::kImmediate
                                         : MessageType::kMarket;
    const std::int32_t limit = type == MessageType::kMarket ? 0 : price;
    emit({type, side, 0, instrument, ++id_, 0, limit, quantity});
  }

  Options options_;
  base::Random random_;
  std::vector<Market> markets_;
  Stream stream_;
  Digest digest_;
  std::uint64_t id_ = 0;
  std::uint64_t dead_ = 0;
  std::int32_t price_min_ = kMiddle;
  std::int32_t price_max_ = kMiddle;
};

int run(int count, char** values) {
  if (count < 4) return 2;
  bool scattered = false;
  Options options;
  Stream stream;
  std::string digest;
  if (std::string_view(values[2]) == "--scatter-from") {
    scattered = true;
    if (!stream.load(values[3])) return 1;
  } else {
    if (count < 6) return 2;
    options.seed = std::strtoull(values[2], nullptr, 10);
    options.instruments = static_cast<std::uint32_t>(std::strtoul(values[3], nullptr, 10));
    options.depth = static_cast<std::uint32_t>(std::strtoul(values[4], nullptr, 10));
    options.messages = std::strtoull(values[5], nullptr, 10);
    for (int i = 6; i < count; ++i) {
      const std::string_view option = values[i];
      if (option == "--scatter") {
        scattered = true;
      } else if (i + 1 == count) {
        return 2;
      } else if (option == "--swing") {
        options.swing_percent = std::atoi(values[++i]);
      } else if (option == "--crash") {
        options.crash_percent = std::atoi(values[++i]);
      } else {
        return 2;
      }
    }
    Generator generator(options);
    stream = generator.make();
    digest = generator.digest().text();
  }
  if (scattered) {
    for (Message& message : stream.messages) message.id = scatter(message.id);
  }
  if (!stream.save(values[1])) return 1;
  std::printf("%s: %llu + %llu messages, prices %d to %d %s\n", values[1],
              static_cast<unsigned long long>(stream.header.filling),
              static_cast<unsigned long long>(stream.header.measured), stream.header.price_min,
              stream.header.price_max, scattered ? "" : digest.c_str());
  return 0;
}

}  // namespace
}  // namespace syrah::bench

int main(int count, char** values) {
  const int status = syrah::bench::run(count, values);
  if (status == 2) {
    std::fputs(
        "usage: make_stream OUT SEED INSTRUMENTS DEPTH MESSAGES [--scatter] [--swing PERCENT]\n"
        "         [--crash PERCENT]\n"
        "       make_stream OUT --scatter-from FILE\n",
        stderr);
  } else if (status == 1) {
    std::fputs("make_stream: cannot read or write the file\n", stderr);
  }
  return status;
}
