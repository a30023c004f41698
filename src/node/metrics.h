#pragma once

// What a node counts and measures, as plain values: the edge adds what only it knows and writes it
// all as text (daemon/metrics_page.h).

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/stream_counts.h"
#include "base/histogram.h"
#include "base/time.h"
#include "exchange/counts.h"
#include "exchange/instrument.h"
#include "node/grenache_desk.h"
#include "node/node.h"
#include "p2p/message_router.h"
#include "p2p/peer_counts.h"
#include "p2p/source.h"

namespace syrah::node {

/// From a round trip on a local network to a partition that healed.
inline constexpr std::array<std::int64_t, 14> kPropagationBoundsUs{
    1'000,   2'500,   5'000,     10'000,    25'000,     50'000,     100'000,
    250'000, 500'000, 1'000'000, 2'500'000, 10'000'000, 60'000'000, 600'000'000};

/// How entries of other homes arrive.
class Arrivals {
 public:
  /// An entry that its home signed at `signed_at` counts here from now on. Not counted if it is
  /// older than this run: how long ago that was says nothing of the network.
  void note(base::Hlc signed_at, base::Time now);
  void start(base::Time now) { started_ms_ = now.wall_ms(); }

  /// From the home's clock, which tells milliseconds, to this node's.
  [[nodiscard]] const base::Histogram& propagation_us() const { return propagation_us_; }
  /// Entries from the future: a clock among the nodes is ahead of this node's.
  [[nodiscard]] std::uint64_t from_the_future() const { return from_the_future_; }

 private:
  base::Histogram propagation_us_{kPropagationBoundsUs};
  std::uint64_t from_the_future_ = 0;
  std::int64_t started_ms_ = 0;
};

struct BookMetrics {
  exchange::Instrument instrument;
  std::size_t orders = 0;
  struct Side {
    std::optional<exchange::Price> best;
    exchange::Quantity near_best;  ///< at the kNearBestPrices best prices
  };
  std::array<Side, 2> sides;  ///< by exchange::Side
};
inline constexpr std::size_t kNearBestPrices = 10;

/// How far this node is behind a home.
struct HomeMetrics {
  base::NodeId home;
  std::uint64_t missing_entries = 0;
  std::int64_t heard_ms_ago = -1;  ///< -1: never
};
/// Homes shown one by one: those that are furthest behind. So many time series are no burden to
/// whoever collects them; the sums are over all homes.
inline constexpr std::size_t kHomesShownMax = 100;

struct FeedMetrics {
  std::uint64_t own_entries = 0;
  std::size_t live = 0, silent = 0, gone = 0, forked = 0;
  /// Of homes that are neither gone nor forked.
  std::uint64_t missing_entries_max = 0;
  std::int64_t heard_ms_ago_max = 0;
  std::vector<HomeMetrics> homes;  ///< not more than kHomesShownMax of these
};

/// Connected peers that have all of this in common.
struct PeerGroup {
  bool full_dialect = true;
  p2p::Route route = p2p::Route::kDirect;
  bool dialled = false;
  std::size_t peers = 0;
  std::size_t queued_bytes = 0;
};

struct Metrics {
  std::string id;
  std::string version;
  std::string mode;
  bool running = false;

  exchange::Counts exchange;
  std::vector<BookMetrics> books;  ///< of the instruments that are traded here
  std::size_t own_orders = 0;      ///< open, or in doubt
  std::size_t all_orders = 0;      ///< of all homes
  std::size_t holds = 0;           ///< own quantities promised to orders elsewhere
  std::int64_t oldest_hold_ms = 0;

  std::vector<PeerGroup> peers;  ///< every combination
  std::uint64_t round_trip_us_max = 0;
  p2p::PeerCounts sessions;
  p2p::RouteCounts routes;
  std::vector<p2p::SourceView> sources;

  Arrivals arrivals;
  FeedMetrics feeds;
  std::optional<GrenacheView> grenache;
  std::size_t waiting_answers = 0;  ///< of clients, for the history

  std::size_t stream_clients = 0;
  api::CountByChannel stream_subscriptions{};
  api::StreamCounts streams;
};

/// All of it as of now. Reads, and changes nothing; costs as much as there are peers and homes.
Metrics metrics_of(const Node::Parts& parts, base::Time now);

}  // namespace syrah::node
