#include "node/metrics.h"

#include <algorithm>
#include <limits>

#include "node/parts.h"

namespace syrah::node {

void Arrivals::note(base::Hlc signed_at, base::Time now) {
  if (signed_at.ms < started_ms_) return;
  if (signed_at.ms > now.wall_ms()) ++from_the_future_;
  propagation_us_.add(now.wall_us - signed_at.ms * base::kUsPerMs);
}

namespace {

BookMetrics metrics_of(const exchange::Instrument& instrument, const exchange::OrderBook& book) {
  BookMetrics metrics;
  metrics.instrument = instrument;
  metrics.orders = book.size();
  for (const exchange::Side side : {exchange::Side::kBuy, exchange::Side::kSell}) {
    BookMetrics::Side& shown = metrics.sides.at(static_cast<std::size_t>(side));
    shown.best = book.best(side);
    for (const exchange::DepthLevel& level : book.depth(side, kNearBestPrices)) {
      // A level says as much as 63 bits tell, and so does the sum.
      constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
      const std::int64_t room = kMost - shown.near_best.lots;
      shown.near_best.lots += std::min(level.quantity.lots, room);
    }
  }
  return metrics;
}

FeedMetrics feeds_of(const Node::Parts& parts, base::Time now) {
  FeedMetrics metrics;
  metrics.own_entries = parts.exchange.home(parts.feed.home())->seq();
  for (const p2p::FeedView& feed : parts.sync.feeds()) {
    std::size_t& state = feed.forked   ? metrics.forked
                         : feed.gone   ? metrics.gone
                         : feed.silent ? metrics.silent
                                       : metrics.live;
    ++state;
    if (feed.forked || feed.gone) continue;
    HomeMetrics home{feed.home, feed.newest_seq - std::min(feed.seq, feed.newest_seq), -1};
    if (feed.heard_wall_us != 0) {
      const std::int64_t ago_us = now.wall_us - feed.heard_wall_us;
      home.heard_ms_ago = std::max<std::int64_t>(ago_us, 0) / base::kUsPerMs;
    }
    metrics.missing_entries_max = std::max(metrics.missing_entries_max, home.missing_entries);
    metrics.heard_ms_ago_max = std::max(metrics.heard_ms_ago_max, home.heard_ms_ago);
    metrics.homes.push_back(home);
  }
  std::stable_sort(metrics.homes.begin(), metrics.homes.end(), [](const auto& a, const auto& b) {
    return a.missing_entries > b.missing_entries;
  });
  if (metrics.homes.size() > kHomesShownMax) metrics.homes.resize(kHomesShownMax);
  return metrics;
}

void add_peers(Metrics& metrics, const std::vector<p2p::PeerView>& peers) {
  for (const bool full : {true, false}) {
    for (const p2p::Route route : {p2p::Route::kDirect, p2p::Route::kGrenache}) {
      for (const bool dialled : {true, false}) metrics.peers.push_back({full, route, dialled});
    }
  }
  for (const p2p::PeerView& peer : peers) {
    const auto group =
        std::find_if(metrics.peers.begin(), metrics.peers.end(), [&](const PeerGroup& each) {
          return each.full_dialect == peer.id.has_value() && each.route == peer.route &&
                 each.dialled == peer.dialled;
        });
    ++group->peers;
    group->queued_bytes += peer.queued_bytes;
    const std::int64_t round_trip_us = std::max<std::int64_t>(peer.round_trip_us, 0);
    metrics.round_trip_us_max =
        std::max(metrics.round_trip_us_max, static_cast<std::uint64_t>(round_trip_us));
  }
}

void add_holds(Metrics& metrics, const exchange::HomeState& own, base::Time now) {
  metrics.holds = own.holds().size();
  // In the order of their entries, and so of their times.
  if (own.holds().empty()) return;
  const std::int64_t since_ms = own.holds().begin()->second.time.ms;
  metrics.oldest_hold_ms = std::max<std::int64_t>(now.wall_ms() - since_ms, 0);
}

}  // namespace

Metrics metrics_of(const Node::Parts& parts, base::Time now) {
  Metrics metrics;
  metrics.id = parts.feed.home().text();
  metrics.version = parts.config.version;
  metrics.mode = parts.config.mode;
  metrics.running = parts.phase == Phase::kRunning;
  metrics.exchange = parts.exchange.counts();
  for (const exchange::Instrument& instrument : parts.exchange.instruments()) {
    const exchange::OrderBook* const book = parts.exchange.book(instrument.name);
    if (book != nullptr) metrics.books.push_back(metrics_of(instrument, *book));
  }
  const exchange::HomeState& own = *parts.exchange.home(parts.feed.home());
  metrics.own_orders = own.open_orders();
  metrics.all_orders = parts.exchange.open_orders();
  add_holds(metrics, own, now);
  add_peers(metrics, parts.peers.peers());
  metrics.sessions = parts.peers.counts();
  metrics.routes = parts.peers.route_counts();
  metrics.sources = parts.peers.sources();
  metrics.arrivals = parts.arrivals;
  metrics.feeds = feeds_of(parts, now);
  if (parts.grenache) metrics.grenache = parts.grenache->view();
  metrics.waiting_answers = parts.requests.size();
  metrics.stream_clients = parts.streams.clients();
  metrics.stream_subscriptions = parts.streams.subscriptions();
  metrics.streams = parts.streams.counts();
  return metrics;
}

}  // namespace syrah::node
