#pragma once

// Several FeedSync joined in memory, each with a small journal: what a node does with their outputs
// as far as feeds go.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/hex.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "feed/own_feed.h"
#include "p2p/feed_sync.h"

namespace syrah::p2p::tests {

inline crypto::Identity identity(std::uint8_t number) {
  crypto::Seed seed{};
  seed[0] = number;
  return crypto::Identity::from_seed(seed);
}

inline feed::Entry entry(base::Seq seq, base::Hlc time, const std::string& more) {
  return {seq, time,
          "{\"seq\":" + std::to_string(seq) + ",\"time\":[" + std::to_string(time.ms) + "," +
              std::to_string(time.counter) + "]," + more + "}"};
}

struct StoredSnapshot {
  feed::Batch batch;
  std::string text;
};

/// One node: its own feed, its journal, and a record of what its FeedSync said.
class SyncNode {
 public:
  explicit SyncNode(std::uint8_t number)
      : feed(identity(number)), sync(std::make_unique<FeedSync>(feed.home(), number)) {
    head = feed.beat(0, feed::genesis_hash(feed.home()), {1, 0});
  }

  [[nodiscard]] const base::NodeId& id() const { return feed.home(); }
  [[nodiscard]] base::Seq seq_of(const base::NodeId& home) const {
    for (const FeedView& view : sync->feeds()) {
      if (view.home == home) return view.seq;
    }
    return 0;
  }
  [[nodiscard]] FeedView view_of(const base::NodeId& home) const {
    for (const FeedView& view : sync->feeds()) {
      if (view.home == home) return view;
    }
    return {};
  }
  template <class T>
  [[nodiscard]] std::vector<T> said() const {
    std::vector<T> found;
    for (const SyncOutput& output : record) {
      if (const T* one = std::get_if<T>(&output)) found.push_back(*one);
    }
    return found;
  }

  feed::OwnFeed feed;
  feed::Head head;
  std::unique_ptr<FeedSync> sync;
  std::map<base::NodeId, std::vector<feed::Batch>> journal;
  std::map<base::NodeId, StoredSnapshot> snapshots;
  std::vector<SyncOutput> record;  ///< all but SendMessage and reads
  std::size_t folded = 0;
};

/// The nodes and the wires between them. Connection j+1 of node i leads to node j.
class SyncNet {
 public:
  struct Wire {
    std::size_t from = 0;
    std::size_t to = 0;
    MessageBody body;
    Urgency urgency = Urgency::kBook;
  };

  explicit SyncNet(std::size_t count) {
    for (std::size_t at = 0; at < count; ++at) {
      nodes.push_back(std::make_unique<SyncNode>(static_cast<std::uint8_t>(at + 1)));
    }
    now = {1'000'000, 1'700'000'000'000'000};
  }

  SyncNode& operator[](std::size_t at) { return *nodes[at]; }
  static ConnectionId connection(std::size_t to) { return to + 1; }

  void link(std::size_t a, std::size_t b) {
    links.insert({std::min(a, b), std::max(a, b)});
    call(a, [&](auto& out) { nodes[a]->sync->peer_up(connection(b), nodes[b]->id(), now, out); });
    call(b, [&](auto& out) { nodes[b]->sync->peer_up(connection(a), nodes[a]->id(), now, out); });
  }
  void cut(std::size_t a, std::size_t b) {
    links.erase({std::min(a, b), std::max(a, b)});
    call(a, [&](auto& out) { nodes[a]->sync->peer_down(connection(b), now, out); });
    call(b, [&](auto& out) { nodes[b]->sync->peer_down(connection(a), now, out); });
  }
  [[nodiscard]] bool linked(std::size_t a, std::size_t b) const {
    return links.contains({std::min(a, b), std::max(a, b)});
  }

  void call(std::size_t at, const std::function<void(SyncOutputs&)>& input) {
    SyncOutputs out;
    input(out);
    while (!out.empty()) {
      SyncOutputs more;
      for (SyncOutput& output : out) take(at, output, more);
      out = std::move(more);
    }
  }

  /// Appends entries to the node's own feed in one batch and pushes it.
  feed::Batch write(std::size_t at, std::size_t count, const std::string& more = "\"event\":\"x\"",
                    bool urgent = false) {
    feed::Batch batch = seal(at, count, more);
    call(at, [&](auto& out) { nodes[at]->sync->publish(batch, urgent, now, out); });
    return batch;
  }
  /// The same without telling anybody.
  feed::Batch seal(std::size_t at, std::size_t count, const std::string& more) {
    SyncNode& node = *nodes[at];
    std::vector<feed::Entry> entries;
    for (std::size_t next = 1; next <= count; ++next) {
      entries.push_back(entry(node.feed.seq() + next, hlc(), more));
    }
    feed::Batch batch = node.feed.seal(std::move(entries), hlc());
    node.journal[node.id()].push_back(batch);
    node.head = batch.head;
    node.sync->set_own_head(batch.head);
    return batch;
  }
  /// A checkpoint entry over `text`, stored as the node's snapshot.
  void checkpoint(std::size_t at, const std::string& text) {
    const std::string digest = base::to_hex(crypto::sha256(text));
    nodes[at]->snapshots[nodes[at]->id()] = {
        write(at, 1, "\"event\":\"checkpoint\",\"digest\":\"" + digest + "\""), text};
  }

  [[nodiscard]] Heartbeat beat_of(std::size_t at, bool fresh = true) {
    SyncNode& node = *nodes[at];
    if (fresh) {
      node.head = node.feed.beat(node.head.seq, node.head.hash, hlc());
      node.sync->set_own_head(node.head);
    }
    Heartbeat beat;
    beat.heads = node.sync->heads();
    for (std::size_t to = 0; to < nodes.size(); ++to) {
      if (linked(at, to)) beat.direct.push_back(nodes[to]->id());
    }
    return beat;
  }
  void beat(std::size_t at) {
    const Heartbeat beat = beat_of(at);
    for (std::size_t to = 0; to < nodes.size(); ++to) {
      if (linked(at, to)) wires.push_back({at, to, beat, Urgency::kControl});
    }
  }
  void beat_all() {
    for (std::size_t at = 0; at < nodes.size(); ++at) beat(at);
  }

  void deliver(std::size_t from, std::size_t to, const MessageBody& body) {
    ++delivered;
    call(to, [&](auto& out) { nodes[to]->sync->message(connection(from), body, now, out); });
  }
  /// Until nothing is under way.
  void run() {
    while (!wires.empty()) {
      const Wire wire = std::move(wires.front());
      wires.pop_front();
      if (!linked(wire.from, wire.to)) continue;
      const int copies = copies_of ? copies_of(wire) : 1;
      for (int copy = 0; copy < copies; ++copy) deliver(wire.from, wire.to, wire.body);
    }
  }
  void advance(std::int64_t ms) {
    now.steady_us += ms * 1000;
    now.wall_us += ms * 1000;
  }
  void tick_all() {
    for (std::size_t at = 0; at < nodes.size(); ++at) {
      call(at, [&](auto& out) { nodes[at]->sync->tick(now, out); });
    }
  }
  base::Hlc hlc() { return clock.next(now.wall_ms()); }

  std::vector<std::unique_ptr<SyncNode>> nodes;
  std::set<std::pair<std::size_t, std::size_t>> links;
  std::deque<Wire> wires;
  std::vector<Wire> sent;  ///< all that was ever sent but heartbeats
  std::function<int(const Wire&)> copies_of;
  base::Time now;
  base::HlcClock clock;
  std::size_t delivered = 0;
  base::Seq snapshot_ahead = 2000;

 private:
  void take(std::size_t at, SyncOutput& output, SyncOutputs& more) {
    SyncNode& node = *nodes[at];
    if (auto* send = std::get_if<SendMessage>(&output)) {
      for (const ConnectionId to : send->to) {
        const Wire wire{at, static_cast<std::size_t>(to - 1), send->body, send->urgency};
        wires.push_back(wire);
        sent.push_back(wire);
      }
    } else if (auto* read = std::get_if<ReadBatches>(&output)) {
      serve(node, *read, more);
    } else if (auto* page = std::get_if<ReadSnapshot>(&output)) {
      const auto stored = node.snapshots.find(page->home);
      if (stored == node.snapshots.end()) return;
      node.sync->serve_snapshot(page->to, page->page, stored->second.batch, stored->second.text,
                                now, more);
    } else {
      node.record.push_back(output);
      if (auto* fold = std::get_if<FoldEntries>(&output)) {
        node.journal[fold->batch.head.home].push_back(fold->batch);
        node.folded += fold->batch.entries.size();
      } else if (auto* taken = std::get_if<TakeSnapshot>(&output)) {
        install(node, *taken, more);
      } else if (auto* bad = std::get_if<Misbehaved>(&output)) {
        const auto other = static_cast<std::size_t>(bad->connection - 1);
        if (linked(at, other)) cut(at, other);
      }
    }
  }
  void serve(SyncNode& node, const ReadBatches& read, SyncOutputs& more) {
    const auto stored = node.snapshots.find(read.home);
    const bool better = stored != node.snapshots.end() &&
                        stored->second.batch.head.seq > read.from + snapshot_ahead;
    std::vector<feed::Batch> batches;
    std::size_t entries = 0;
    for (const feed::Batch& batch : node.journal[read.home]) {
      if (batch.head.seq < read.from || entries > 500) continue;
      entries += batch.entries.size();
      batches.push_back(batch);
    }
    if (batches.empty() && !better) return;
    node.sync->serve_batches(read.to, read.home, read.from, std::move(batches), better, now, more);
  }
  void install(SyncNode& node, const TakeSnapshot& taken, SyncOutputs& more) {
    const std::string digest = base::to_hex(crypto::sha256(taken.text));
    const bool good = taken.batch.entries.back().text.find(digest) != std::string::npos;
    if (good) node.snapshots[taken.batch.head.home] = {taken.batch, taken.text};
    node.sync->snapshot_taken(taken.from, taken.batch, good, now, more);
  }
};

}  // namespace syrah::p2p::tests
