#include "p2p/feed_sync.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "p2p/feed_sync_state.h"
#include "p2p/sync_limits.h"

namespace syrah::p2p {
namespace {

/// Whether someone waits for one of the entries. Their texts were checked, so that these words
/// cannot stand inside a string.
bool is_urgent(const feed::Batch& batch) {
  static constexpr std::string_view kEvents[] = {"\"event\":\"hold\"", "\"event\":\"trade\"",
                                                 "\"event\":\"refuse\"", "\"event\":\"release\""};
  return std::any_of(batch.entries.begin(), batch.entries.end(), [](const feed::EntryView& entry) {
    return std::any_of(std::begin(kEvents), std::end(kEvents), [&](std::string_view event) {
      return entry.text.find(event) != std::string_view::npos;
    });
  });
}

}  // namespace

void FeedSync::State::begin(base::Time now) {
  for (const feed::Head& head : restored) liveness.add(head.home, head.time, now);
  restored.clear();
}

FeedSync::State::Home* FeedSync::State::find(const base::NodeId& id) {
  const auto found = homes.find(id);
  return found == homes.end() ? nullptr : &found->second;
}

FeedSync::State::Home* FeedSync::State::follow(const base::NodeId& id, base::Time now,
                                               SyncOutputs& out) {
  // Client-facing ids name a home by its prefix, so two with the same one cannot be told apart.
  base::NodeId lowest;
  std::copy_n(id.bytes.begin(), 8, lowest.bytes.begin());
  const auto next = homes.lower_bound(lowest);
  if (id.prefix() == self.prefix() ||
      (next != homes.end() && next->first.prefix() == id.prefix())) {
    out.push_back(base::LogLine{base::LogLevel::kWarning,
                                "home ignored: its id begins like another's",
                                {{"home", id.text()}}});
    return nullptr;
  }
  if (homes.size() >= kSyncHomesMax && !make_room()) {
    out.push_back(base::LogLine{base::LogLevel::kDebug,
                                "home ignored: as many as there may be are followed",
                                {{"home", id.text()}}});
    return nullptr;
  }
  liveness.add(id, base::Hlc{}, now);
  return &homes.try_emplace(id, id).first->second;
}

bool FeedSync::State::make_room() {
  for (auto entry = homes.begin(); entry != homes.end(); ++entry) {
    const HomeLiveness::Home* const life = liveness.find(entry->first);
    if (entry->second.replica.seq() != 0 || life == nullptr || !life->gone) continue;
    const base::NodeId id = entry->first;
    homes.erase(entry);
    liveness.remove(id);
    catch_up.content(id);
    for (auto& [connection, peer] : peers) peer.has.erase(id);
    return true;
  }
  return false;
}

void FeedSync::State::relay(const feed::Batch& batch, ConnectionId sender, SyncOutputs& out) {
  const base::NodeId& home = batch.head.home;
  std::vector<ConnectionId> to;
  for (const auto& [connection, peer] : peers) {
    if (connection == sender || peer.lagging || peer.id == home || peer.direct.contains(home)) {
      continue;
    }
    if (peer.has_of(home) >= batch.head.seq) continue;
    to.push_back(connection);
  }
  if (to.empty()) return;
  const Urgency urgency = is_urgent(batch) ? Urgency::kTrade : Urgency::kBook;
  out.push_back(SendMessage{std::move(to), FeedBatch{batch}, urgency, home});
}

FeedSync::FeedSync(const base::NodeId& self, std::uint64_t random_seed)
    : state_(std::make_unique<State>(self, random_seed)) {}
FeedSync::~FeedSync() = default;

void FeedSync::restore(const feed::Head& head) {
  State& s = *state_;
  if (head.home == s.self) return set_own_head(head);
  if (s.homes.size() >= kSyncHomesMax && !s.homes.contains(head.home)) return;
  State::Home& home = s.homes.try_emplace(head.home, head.home).first->second;
  home.replica.restore(head);
  home.newest = head;
  s.restored.push_back(head);
}

void FeedSync::peer_up(ConnectionId connection, const base::NodeId& id, base::Time now,
                       SyncOutputs& out) {
  State& s = *state_;
  s.begin(now);
  SyncPeer peer;
  peer.id = id;
  s.peers.insert_or_assign(connection, std::move(peer));
  s.ask_due(now, out);
}

void FeedSync::peer_down(ConnectionId connection, base::Time now, SyncOutputs& out) {
  State& s = *state_;
  s.begin(now);
  s.peers.erase(connection);
  s.catch_up.forget_peer(connection);
  s.ask_due(now, out);
}

void FeedSync::set_lagging(ConnectionId connection, bool lagging) {
  const auto found = state_->peers.find(connection);
  if (found != state_->peers.end()) found->second.lagging = lagging;
}

void FeedSync::message(ConnectionId connection, const MessageBody& body, base::Time now,
                       SyncOutputs& out) {
  State& s = *state_;
  s.begin(now);
  if (!s.peers.contains(connection)) return;
  if (const auto* beat = std::get_if<Heartbeat>(&body)) {
    s.take_heartbeat(connection, *beat, now, out);
  } else if (const auto* pushed = std::get_if<FeedBatch>(&body)) {
    s.take_batch(connection, pushed->batch, now, out);
  } else if (const auto* range = std::get_if<FeedRequest>(&body)) {
    s.read_range(connection, *range, now, out);
  } else if (const auto* wanted = std::get_if<SnapshotRequest>(&body)) {
    s.read_page(connection, *wanted, now, out);
  } else if (const auto* page = std::get_if<SnapshotPage>(&body)) {
    s.take_page(connection, *page, now, out);
  } else if (const auto* notice = std::get_if<ForkNotice>(&body)) {
    s.take_fork(connection, notice->proof, now, out);
  } else {
    return;
  }
  s.ask_due(now, out);
}

void FeedSync::tick(base::Time now, SyncOutputs& out) {
  State& s = *state_;
  s.begin(now);
  for (const HomeLiveness::Change& change : s.liveness.expire(now)) {
    out.push_back(HomeSilent{change.home, change.gone});
  }
  for (const auto& [home, connection] : s.catch_up.expired(now.steady_us)) {
    out.push_back(
        base::LogLine{base::LogLevel::kDebug,
                      "entries asked for did not come",
                      {{"home", home.brief()}, {"connection", std::to_string(connection)}}});
    const auto peer = s.peers.find(connection);
    if (peer != s.peers.end()) ++peer->second.unanswered;
    s.catch_up.failed(home, now.steady_us);
  }
  s.ask_due(now, out);
}

std::int64_t FeedSync::next_deadline_us() const {
  if (!state_->restored.empty()) return 0;
  return std::min(state_->liveness.next_deadline_us(), state_->catch_up.next_deadline_us());
}

void FeedSync::publish(const feed::Batch& batch, bool urgent, base::Time now, SyncOutputs& out) {
  State& s = *state_;
  s.begin(now);
  if (batch.head.seq > s.own_head.seq) s.own_head = batch.head;
  const Urgency urgency = urgent ? Urgency::kTrade : Urgency::kBook;
  std::vector<ConnectionId> to;
  for (const auto& [connection, peer] : s.peers) {
    if (!peer.lagging) to.push_back(connection);
  }
  if (!to.empty()) out.push_back(SendMessage{std::move(to), FeedBatch{batch}, urgency, s.self});
}

void FeedSync::set_own_head(const feed::Head& head) { state_->own_head = head; }

void FeedSync::reject_home(const base::NodeId& home, const std::string& reason, SyncOutputs& out) {
  State::Home* const found = state_->find(home);
  if (found != nullptr && !found->forked) state_->fork(*found, reason, std::nullopt, out);
}

std::vector<feed::Head> FeedSync::heads() const {
  std::vector<feed::Head> heads;
  if (state_->own_head.time.ms != 0) heads.push_back(state_->own_head);
  for (const auto& [id, home] : state_->homes) {
    if (heads.size() >= kSyncHomesMax) break;
    const HomeLiveness::Home* const life = state_->liveness.find(id);
    const bool gone = life != nullptr && life->gone;
    // Of a home of which only later heads are known there is nothing to be had here.
    if (gone || home.forked || home.replica.head().time.ms == 0) continue;
    heads.push_back(home.replica.head());
  }
  return heads;
}

std::vector<FeedView> FeedSync::feeds() const {
  std::vector<FeedView> views;
  for (const auto& [id, home] : state_->homes) {
    FeedView view;
    view.home = id;
    view.seq = home.replica.seq();
    view.hash = home.replica.head().hash;
    view.time = home.replica.head().time;
    view.newest_seq = std::max(view.seq, home.newest.seq);
    view.forked = home.forked;
    if (const HomeLiveness::Home* const life = state_->liveness.find(id)) {
      view.heard_wall_us = life->heard_wall_us;
      view.silent = life->silent;
      view.gone = life->gone;
    }
    views.push_back(view);
  }
  return views;
}

bool FeedSync::silent(const base::NodeId& home) const {
  if (home == state_->self) return false;
  const HomeLiveness::Home* const life = state_->liveness.find(home);
  return life == nullptr || life->silent;
}

bool FeedSync::heard_heads() const { return state_->heard_heads; }

}  // namespace syrah::p2p
