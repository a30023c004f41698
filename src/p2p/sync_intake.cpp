#include <algorithm>

#include "p2p/feed_sync_state.h"
#include "p2p/sync_limits.h"

namespace syrah::p2p {
namespace {

feed::Batch bare(const feed::Head& head) {
  feed::Batch batch;
  batch.previous = head.hash;
  batch.head = head;
  return batch;
}

}  // namespace

bool FeedSync::State::take_heartbeat(ConnectionId from, const Heartbeat& beat, base::Time now,
                                     SyncOutputs& out) {
  heard_heads = true;
  const std::size_t direct = std::min(beat.direct.size(), kSyncHomesMax);
  peers.at(from).direct = {beat.direct.begin(),
                           beat.direct.begin() + static_cast<std::ptrdiff_t>(direct)};
  const std::size_t count = std::min(beat.heads.size(), kSyncHomesMax);
  for (std::size_t at = 0; at < count; ++at) {
    if (!take_head(from, beat.heads[at], now, out)) return false;
  }
  return true;
}

bool FeedSync::State::take_head(ConnectionId from, const feed::Head& head, base::Time now,
                                SyncOutputs& out) {
  if (head.home == self) return take_own_head(from, head, out);
  Home* home = find(head.home);
  if (home == nullptr) {
    if (!feed::verify_head(head)) return blame(from, "a head with a false signature", out);
    home = follow(head.home, now, out);
    if (home == nullptr) return true;
  }
  SyncPeer& peer = peers.at(from);
  if (home->forked) {
    const auto proof = std::find_if(proofs.begin(), proofs.end(), [&](const auto& kept) {
      return kept.a.head.home == head.home;
    });
    if (proof != proofs.end()) tell_fork(*proof, from, out);
    return true;
  }
  peer.has_at_least(head.home, head.seq);

  const feed::Head& end = home->replica.head();
  const bool contradicts =
      (head.seq == end.seq && head.hash != end.hash && end.time.ms != 0) ||
      (head.seq == home->newest.seq && head.hash != home->newest.hash && home->newest.time.ms != 0);
  const bool news = liveness.is_news(head.home, head.time) || head.seq > home->newest.seq;
  if (!contradicts && !news) {  // the usual case costs no look at the signature
    if (head.seq > end.seq) catch_up.want(head.home, from);
    return true;
  }
  if (!feed::verify_head(head)) return blame(from, "a head with a false signature", out);
  if (contradicts) {
    const feed::Head& other = head.seq == end.seq ? end : home->newest;
    fork(*home, "two heads of entry " + std::to_string(head.seq),
         feed::ForkProof{bare(other), bare(head)}, out);
    return true;
  }
  note_head(from, *home, head, now, out);
  return true;
}

bool FeedSync::State::take_own_head(ConnectionId from, const feed::Head& head, SyncOutputs& out) {
  const bool ahead = head.seq > own_head.seq;
  const bool other = head.seq != 0 && head.seq == own_head.seq && head.hash != own_head.hash;
  const bool later = head.time > own_head.time;
  peers.at(from).has_at_least(self, head.seq);
  if (!ahead && !other && !later) return true;
  if (!feed::verify_head(head)) return blame(from, "a head with a false signature", out);
  if (!ahead && !other) {
    if (head.seq == own_head.seq) own_head = head;
    out.push_back(OwnTimeAhead{head.time});
    return true;
  }
  out.push_back(OwnFeedAhead{head});
  return true;
}

void FeedSync::State::note_head(ConnectionId from, Home& home, const feed::Head& head,
                                base::Time now, SyncOutputs& out) {
  const feed::Head end = home.replica.head();
  if (head.seq > home.newest.seq || (head.seq == home.newest.seq && head.time > home.newest.time)) {
    home.newest = head;
  }
  // Passed on by the next heartbeat, as is what was heard before the entries came.
  if (home.newest.seq == end.seq && home.newest.time > end.time) home.replica.hear(home.newest);
  const auto sender = peers.find(from);
  const bool direct = sender != peers.end() && sender->second.id == head.home;
  if (liveness.heard(head.home, head.time, direct, now)) out.push_back(HomeHeard{head.home});
  if (head.seq > end.seq) catch_up.want(head.home, from);
}

bool FeedSync::State::take_batch(ConnectionId from, const feed::Batch& batch, base::Time now,
                                 SyncOutputs& out) {
  if (batch.entries.empty() || batch.head.home == self)
    return take_head(from, batch.head, now, out);
  Home* home = find(batch.head.home);
  if (home == nullptr) {
    const base::Status sound = feed::check_batch(batch);
    if (!sound) return blame(from, sound.error().message, out);
    home = follow(batch.head.home, now, out);
    if (home == nullptr) return true;
  }
  if (home->forked) return true;
  const feed::Head& end = home->replica.head();
  if (batch.head.seq == end.seq && batch.head.hash == end.hash) {
    return take_head(from, batch.head, now, out);  // a repeat: the chain says that it is the same
  }
  feed::Replica::Outcome outcome = home->replica.accept(batch);
  switch (outcome.verdict) {
    case feed::Replica::Verdict::kDamaged:
      return blame(from, outcome.reason, out);
    case feed::Replica::Verdict::kForked:
      fork(*home, outcome.reason, std::move(outcome.proof), out);
      return true;
    case feed::Replica::Verdict::kKnown:
      peers.at(from).has_at_least(batch.head.home, batch.head.seq);
      return true;
    case feed::Replica::Verdict::kGap:
      return take_head(from, batch.head, now, out);
    case feed::Replica::Verdict::kNew:
      take_fresh(from, *home, batch, std::move(outcome.fresh), now, out);
      return true;
  }
  return true;
}

void FeedSync::State::take_fresh(ConnectionId from, Home& home, const feed::Batch& batch,
                                 feed::Batch fresh, base::Time now, SyncOutputs& out) {
  const base::NodeId id = batch.head.home;
  peers.at(from).has_at_least(id, batch.head.seq);
  // Answers to questions may begin with entries that came by another way in the meantime.
  out.push_back(FoldEntries{from, std::move(fresh)});
  relay(batch, from, out);
  note_head(from, home, batch.head, now, out);
  settle(home, from);
}

void FeedSync::State::fork(Home& home, const std::string& reason,
                           std::optional<feed::ForkProof> proof, SyncOutputs& out) {
  const base::NodeId id = home.replica.home();
  home.forked = true;
  if (proof && !feed::check_fork(*proof)) proof.reset();  // would be held against this node
  liveness.bury(id);
  catch_up.content(id);
  out.push_back(HomeForked{id, reason, proof});
  if (!proof) return;
  for (const auto& [connection, peer] : peers) tell_fork(*proof, connection, out);
  proofs.push_back(std::move(*proof));
  if (proofs.size() > kForkProofsMax) proofs.pop_front();
}

void FeedSync::State::tell_fork(const feed::ForkProof& proof, ConnectionId to, SyncOutputs& out) {
  if (!peers.at(to).told.insert(proof.a.head.home).second) return;
  out.push_back(SendMessage{{to}, ForkNotice{proof}, Urgency::kBook, std::nullopt});
}

bool FeedSync::State::take_fork(ConnectionId from, const feed::ForkProof& proof, base::Time now,
                                SyncOutputs& out) {
  const base::NodeId id = proof.a.head.home;
  Home* home = find(id);
  if (home != nullptr && home->forked) {
    peers.at(from).told.insert(id);
    return true;
  }
  const base::Status proved = feed::check_fork(proof);
  if (!proved)
    return blame(from, "a fork notice that proves nothing: " + proved.error().message, out);
  peers.at(from).told.insert(id);
  if (id == self) {  // the key is used twice
    const bool first = proof.a.head.seq == own_head.seq && proof.a.head.hash == own_head.hash;
    out.push_back(OwnFeedAhead{first ? proof.b.head : proof.a.head});
    return true;
  }
  if (home == nullptr) home = follow(id, now, out);
  if (home != nullptr) fork(*home, "proved by a fork notice", proof, out);
  return true;
}

}  // namespace syrah::p2p
