#include "api/product_stream.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "api/book_codec.h"
#include "api/order_codec.h"
#include "api/stream_limits.h"

namespace syrah::api {

namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

ProductStream::ProductStream(exchange::Instrument instrument, std::int64_t sequence,
                             std::size_t ring_bytes_max)
    : instrument_(std::move(instrument)),
      sequence_(sequence),
      ring_bytes_max_(ring_bytes_max),
      released_sequence_(sequence) {}

void ProductStream::say(std::string text, ProductNews& news) {
  ring_bytes_ += text.size();
  ring_.push_back(shared_text(std::move(text)));
  news.full.push_back(ring_.back());
  while (ring_bytes_ > ring_bytes_max_) {
    ring_bytes_ -= ring_.front()->size();
    ring_.pop_front();
  }
}

void ProductStream::restore(const std::vector<exchange::Candle>& minutes,
                            const std::vector<exchange::Candle>& hours) {
  for (const exchange::Candle& candle : minutes) day_.restore(candle);
  for (const exchange::Candle& candle : hours) month_.restore(candle);
}

ProductNews ProductStream::note(const ProductEvents& events, const ProductScene& scene) {
  ProductNews news;
  note_flow(events, scene, news);
  note_resting(events, scene, news);
  note_levels(events, scene.book, news);
  news.sequence = sequence_;
  news.last_trade = last_trade_ ? last_trade_->number : 0;
  return news;
}

void ProductStream::note_received(const exchange::OrderReceived& received, bool tell_owner,
                                  ProductNews& news) {
  const exchange::Order& order = received.order;
  if (!order.waiting()) say(write_received(received, {instrument_, ++sequence_}), news);
  if (!tell_owner) return;
  const StreamFrame own{instrument_, sequence_, order.account};
  news.users.push_back(
      {order.account, shared_text(order.waiting() ? write_activate(received, own)
                                                  : write_received(received, own))});
}

void ProductStream::note_flow(const ProductEvents& events, const ProductScene& scene,
                              ProductNews& news) {
  const std::int64_t now_s = scene.now.wall_us / base::kUsPerSecond;
  const exchange::TradeFact* last = nullptr;
  std::int64_t last_sequence = 0;
  for (const auto* const event : events.flow) {
    if (const auto* received = std::get_if<exchange::OrderReceived>(event)) {
      const exchange::Order& order = received->order;
      const bool own = order.id.home == scene.self;
      note_received(*received, own && scene.accounts.contains(order.account), news);
      continue;
    }
    const StreamFrame frame{instrument_, ++sequence_};
    last = &std::get<exchange::TradeFact>(*event);
    say(write_match("match", *last, frame), news);
    news.matches.push_back(ring_.back());
    day_.add(*last, now_s);
    month_.add(*last, now_s);
    last_sequence = sequence_;
  }
  for (const exchange::FillFact* const fill : events.fills) {
    const std::string& account = fill->order.account;
    if (!scene.accounts.contains(account)) continue;
    news.users.push_back(
        {account, shared_text(write_fill(*fill, {instrument_, sequence_, account}))});
  }
  if (last == nullptr) return;
  last_trade_ = *last;
  last_ticker_ =
      shared_text(write_ticker(*last, {scene.book, day_.figures(now_s), month_.figures(now_s)},
                               {instrument_, last_sequence}));
  news.tickers.push_back(last_ticker_);
}

void ProductStream::note_resting(const ProductEvents& events, const ProductScene& scene,
                                 ProductNews& news) {
  for (const exchange::RestingChange* const change : events.resting) {
    // An order that waits for its stop price was not told of, and so not of its end either.
    std::string text = write_resting(*change, {instrument_, sequence_ + 1});
    if (text.empty()) continue;
    if (!change->waits) {
      ++sequence_;
      say(std::move(text), news);
    }
    if (change->id.home != scene.self || !scene.accounts.contains(change->account)) continue;
    news.users.push_back(
        {change->account,
         shared_text(write_resting(*change, {instrument_, sequence_, change->account}))});
  }
}

void ProductStream::note_levels(const ProductEvents& events, const exchange::OrderBook& book,
                                ProductNews& news) {
  if (events.levels.empty()) return;
  for (const exchange::LevelChange* const change : events.levels) {
    news.levels.levels.insert_or_assign({change->side, change->price}, change->quantity);
  }
  news.levels.sequence = sequence_;
  if (checksum_wanted_) news.levels.checksum = book_checksum(book, instrument_);
  const exchange::Hlc time = events.resting.empty() ? exchange::Hlc{} : events.resting.back()->time;
  news.levels.time = time_text(time);
  if (snapshot_ == nullptr) return;
  since_snapshot_.add(news.levels);
  if (since_snapshot_.levels.size() > kConflatedLevelsMax) snapshot_ = nullptr;
}

base::Result<std::vector<StreamText>> ProductStream::since(std::int64_t sequence) const {
  const auto held = static_cast<std::int64_t>(ring_.size());
  if (sequence > sequence_) {
    return base::invalid(fmt::format("{} has not come yet: the newest message of {} is {}",
                                     sequence, instrument_.name, sequence_));
  }
  if (sequence < sequence_ - held) {
    return base::invalid(fmt::format(
        "too old: of {} the messages after {} are held, not those after {}; take a level 3 book",
        instrument_.name, sequence_ - held, sequence));
  }
  return std::vector<StreamText>(ring_.end() - (sequence_ - sequence), ring_.end());
}

std::vector<StreamText> ProductStream::snapshot(const exchange::OrderBook& book, base::Time now) {
  checksum_wanted_ = true;
  if (snapshot_ == nullptr || now.steady_us - snapshot_us_ >= kSnapshotMs * base::kUsPerMs) {
    snapshot_ =
        shared_text(write_snapshot(book, {instrument_, sequence_}, book_checksum(book, instrument_),
                                   base::to_iso8601(now.wall_us)));
    snapshot_us_ = now.steady_us;
    since_snapshot_ = {};
  }
  if (since_snapshot_.empty()) return {snapshot_};
  return {snapshot_, shared_text(write_l2update(since_snapshot_, instrument_))};
}

void ProductStream::release(ProductNews news) {
  released_sequence_ = news.sequence;
  if (news.last_trade != 0) released_trade_ = news.last_trade;
  append(gathered_.full, std::move(news.full));
  append(gathered_.matches, std::move(news.matches));
  append(gathered_.users, std::move(news.users));
  if (!news.tickers.empty()) batch_ticker_ = news.tickers.back();
  append(gathered_.tickers, std::move(news.tickers));
  if (!news.levels.empty()) {
    gathered_.levels.add(news.levels);
    batch_.add(news.levels);
  }
  has_gathered_ = true;
}

ProductStream::Gathered ProductStream::take_gathered() {
  has_gathered_ = false;
  return std::exchange(gathered_, {});
}

LevelChanges ProductStream::take_batch() { return std::exchange(batch_, {}); }
StreamText ProductStream::take_batch_ticker() { return std::exchange(batch_ticker_, nullptr); }

}  // namespace syrah::api
