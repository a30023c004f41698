#include <utility>

#include "base/overloaded.h"
#include "node/recovery.h"
#include "node/step.h"

namespace syrah::node {

void Step::from_sync(p2p::SyncOutput output) {
  using exchange::Reach;
  std::visit(base::Overloaded{
                 [this](p2p::FoldEntries& entries) { fold(std::move(entries)); },
                 [this](p2p::TakeSnapshot& snapshot) { take_snapshot(std::move(snapshot)); },
                 [this](p2p::SendMessage& message) { send(message); },
                 [this](p2p::ReadBatches& wanted) { read_batches(wanted); },
                 [this](p2p::ReadSnapshot& wanted) { read_snapshot(wanted); },
                 [this](p2p::HomeHeard& heard) {
                   parts_.exchange.set_reach(heard.home, Reach::kLive, now_);
                 },
                 [this](p2p::HomeSilent& silent) {
                   parts_.exchange.set_reach(silent.home,
                                             silent.gone ? Reach::kGone : Reach::kSilent, now_);
                   log(base::LogLevel::kInfo,
                       silent.gone ? "home is gone: its orders left the book"
                                   : "home is silent: its orders are suspended",
                       {{"home", silent.home.brief()}});
                 },
                 [this](p2p::HomeForked& forked) { home_forked(forked); },
                 [this](p2p::OwnFeedAhead& ahead) { own_feed_ahead(ahead); },
                 [this](p2p::OwnTimeAhead& ahead) { parts_.exchange.restore_time(ahead.time); },
                 [this](p2p::Misbehaved& misbehaved) {
                   parts_.peers.drop(misbehaved.connection, "INVALID_MESSAGE", misbehaved.reason,
                                     true, now_, parts_.peer_outputs);
                 },
                 [this](base::LogLine& line) { effects_.emplace_back(Log{std::move(line)}); },
             },
             output);
}

void Step::fold(p2p::FoldEntries entries) {
  const base::NodeId home = entries.batch.head.home;
  for (const feed::EntryView& entry : entries.batch.entries) {
    if (const base::Status folded = parts_.exchange.fold(home, entry.text, now_); !folded) {
      reject_home(home, "entry " + std::to_string(entry.seq) + ": " + folded.error().message);
      return;
    }
    parts_.arrivals.note(entry.time, now_);
  }
  note_arrival(entries.from, entries.batch.head, entries.batch.entries.front().seq, false);
  if (!parts_.sync.silent(home)) {
    parts_.exchange.set_reach(home, exchange::Reach::kLive, now_);
  }
  for (exchange::CheckpointText& checkpoint : parts_.exchange.take_checkpoints()) {
    if (checkpoint.home == home && checkpoint.seq == entries.batch.head.seq) {
      parts_.outbox.keep(StoredSnapshot{entries.batch, std::move(checkpoint.text)});
    }
  }
  parts_.outbox.keep(std::move(entries.batch));
}

void Step::note_arrival(p2p::ConnectionId from, const feed::Head& head, base::Seq first,
                        bool snapshot) {
  parts_.provenance.arrived(
      head.home, {first, head.seq, head.time, now_.wall_us, parts_.peers.carrier(from), snapshot});
}

void Step::take_snapshot(p2p::TakeSnapshot taken) {
  StoredSnapshot snapshot{std::move(taken.batch), std::move(taken.text)};
  const base::NodeId home = snapshot.batch.head.home;
  const feed::Batch batch = snapshot.batch;
  const base::Status installed = restore_snapshot(parts_.exchange, snapshot);
  if (installed.ok()) {
    if (!parts_.sync.silent(home)) {
      parts_.exchange.set_reach(home, exchange::Reach::kLive, now_);
    }
    note_arrival(taken.from, batch.head, 1, true);
    parts_.outbox.keep(std::move(snapshot));
  } else {
    log(base::LogLevel::kWarning, "snapshot refused",
        {{"home", home.brief()}, {"reason", installed.error().message}});
  }
  parts_.sync.snapshot_taken(taken.from, batch, installed.ok(), now_, parts_.sync_outputs);
}

void Step::send(const p2p::SendMessage& message) {
  parts_.peers.send(message.to, message.body, message.urgency, message.ordered_as, now_,
                    parts_.peer_outputs);
  for (const ConnectionId to : message.to) {
    parts_.sync.set_lagging(to, parts_.peers.queued_bytes(to) > kLaggingBytes);
  }
}

void Step::read_batches(const p2p::ReadBatches& wanted) {
  if (parts_.servings.size() >= kOpenServingsMax) return;  // the peer asks again
  const std::uint64_t query = ++parts_.last_query;
  parts_.servings.emplace(query, OpenServing{wanted.to, wanted.home, wanted.from, std::nullopt});
  BatchesQuery question;
  question.home = wanted.home;
  question.from = wanted.from;
  effects_.emplace_back(QueryJournal{query, question});
}

void Step::read_snapshot(const p2p::ReadSnapshot& wanted) {
  const auto kept = parts_.served_snapshots.find(wanted.home);
  if (kept != parts_.served_snapshots.end() && wanted.seq == kept->second.batch.head.seq) {
    parts_.sync.serve_snapshot(wanted.to, wanted.page, kept->second.batch, kept->second.text, now_,
                               parts_.sync_outputs);
    return;
  }
  if (parts_.servings.size() >= kOpenServingsMax) return;
  const std::uint64_t query = ++parts_.last_query;
  parts_.servings.emplace(query, OpenServing{wanted.to, wanted.home, 0, wanted.page});
  effects_.emplace_back(QueryJournal{query, SnapshotQuery{wanted.home}});
}

void Step::answer_serving(const OpenServing& serving, JournalAnswer answer) {
  if (!answer.error.empty()) {
    log(base::LogLevel::kError, "journal query failed", {{"reason", answer.error}});
    return;
  }
  if (!serving.page) {
    const bool snapshot_is_better = answer.snapshot_seq > serving.from + kSnapshotAheadMin;
    if (answer.batches.empty() && !snapshot_is_better) return;
    parts_.sync.serve_batches(serving.to, serving.home, serving.from, answer.batches,
                              snapshot_is_better, now_, parts_.sync_outputs);
    return;
  }
  if (!answer.snapshot) return;
  const auto& kept = parts_.served_snapshots[serving.home] = std::move(*answer.snapshot);
  parts_.sync.serve_snapshot(serving.to, *serving.page, kept.batch, kept.text, now_,
                             parts_.sync_outputs);
  while (parts_.served_snapshots.size() > kServedSnapshotsMax) {
    auto other = parts_.served_snapshots.begin();
    if (other->first == serving.home) ++other;
    parts_.served_snapshots.erase(other);
  }
}

void Step::home_forked(const p2p::HomeForked& forked) {
  parts_.exchange.reject_home(forked.home, now_);
  log(base::LogLevel::kError, "home forked its feed: nothing of it counts any more",
      {{"home", forked.home.text()},
       {"reason", forked.reason},
       {"proof", forked.proof ? "yes" : "no"}});
}

void Step::own_feed_ahead(const p2p::OwnFeedAhead& ahead) {
  if (parts_.config.planted.trust_old_disk) return;
  fail("a peer holds entry " + std::to_string(ahead.head.seq) +
       " of this node's own feed, signed by this node, and the journal here ends at entry " +
       std::to_string(parts_.feed.seq()) +
       " or says otherwise: the data directory is an old copy, or another node runs with the same "
       "key. Restore the newest copy, or start with an empty data directory as a new node");
}

void Step::reject_home(const base::NodeId& home, const std::string& reason) {
  parts_.sync.reject_home(home, reason, parts_.sync_outputs);
  parts_.exchange.reject_home(home, now_);
  log(base::LogLevel::kError, "home broke the rules: nothing of it counts any more",
      {{"home", home.text()}, {"reason", reason}});
}

void Step::beat() {
  parts_.last_beat_us = now_.steady_us;
  // With entries on their way to the disk the next batch is the sign of life; a beat now would be
  // later than the entries before it.
  if (parts_.phase == Phase::kRunning && parts_.outbox.idle()) {
    const feed::Head& end = parts_.outbox.durable_head();
    parts_.sync.set_own_head(parts_.feed.beat(end.seq, end.hash, parts_.exchange.stamp(now_)));
  }
  parts_.peers.set_heads(parts_.sync.heads(), true, now_, parts_.peer_outputs);
}

}  // namespace syrah::node
