#include "feed/limits.h"
#include "p2p/feed_sync_state.h"
#include "p2p/sync_limits.h"

namespace syrah::p2p {
namespace {

/// One batch of as many of the stored ones as fit: the last signature covers all of them, so that
/// who catches up checks one signature for one answer.
feed::Batch join(const std::vector<feed::Batch>& batches) {
  feed::Batch whole = batches.front();
  std::size_t bytes = 0;
  std::size_t count = 0;
  std::size_t joined = 0;
  for (const feed::Batch& next : batches) {
    bytes += next.entry_bytes();
    count += next.entries.size();
    const bool follows = next.head.home == whole.head.home && !next.entries.empty() &&
                         next.first() == whole.head.seq + 1 && next.previous == whole.head.hash;
    if (joined > 0 &&
        (!follows || bytes > feed::kBatchBytesMax || count > feed::kBatchEntriesMax)) {
      break;
    }
    whole.head = next.head;
    ++joined;
  }
  if (joined == 1) return whole;
  feed::Entries::Joiner joiner(feed::kBatchBytesMax, feed::kBatchEntriesMax);
  for (std::size_t at = 0; at < joined; ++at) {
    for (const feed::EntryView& entry : batches[at].entries) {
      joiner.add(entry.seq, entry.time, entry.text);
    }
  }
  whole.entries = joiner.finish();
  return whole;
}

}  // namespace

void FeedSync::State::ask_due(base::Time now, SyncOutputs& out) {
  for (const auto& [id, want] : catch_up.due(now.steady_us)) {
    if (catch_up.full()) return;
    const Home& home = homes.at(id);
    const base::Seq seq = home.replica.seq();
    const auto hinted = peers.find(want.hint);
    std::optional<ConnectionId> source;
    if (hinted != peers.end() && hinted->second.unanswered == 0 &&
        hinted->second.has_of(id) > seq) {
      source = want.hint;
    } else {
      source = choose_source(peers, id, seq, want.avoid, random);
    }
    if (!source) {
      catch_up.postpone(id, now.steady_us);
      continue;
    }
    catch_up.asked(id, *source, now.steady_us);
    out.push_back(SendMessage{{*source}, FeedRequest{id, seq + 1}, Urgency::kBook, std::nullopt});
  }
}

void FeedSync::State::settle(Home& home, ConnectionId from) {
  const base::NodeId& id = home.replica.home();
  const base::Seq seq = home.replica.seq();
  const CatchUp::Question* const question = catch_up.find(id);
  if (question != nullptr && question->peer == from) peers.at(from).unanswered = 0;
  // Any progress answers a question for a range: its answer would begin with what is known now.
  if (question != nullptr && (!question->assembly || question->assembly->batch().head.seq <= seq)) {
    catch_up.answered(id);
  }
  if (seq >= home.newest.seq) {
    catch_up.content(id);
  } else {
    catch_up.want(id, from);
  }
}

void FeedSync::State::read_range(ConnectionId to, const FeedRequest& request, base::Time now,
                                 SyncOutputs& out) {
  const Home* const home = find(request.home);
  if (request.home != self && (home == nullptr || home->forked)) return;
  const base::Seq last = home == nullptr ? own_head.seq : home->replica.seq();
  if (request.from == 0 || request.from > last) return;
  PeerRead read;
  read.home = request.home;
  read.seq = request.from;
  if (!peers.at(to).begin_read(read, now.steady_us)) return;
  out.push_back(ReadBatches{to, request.home, request.from});
}

void FeedSync::State::read_page(ConnectionId to, const SnapshotRequest& request, base::Time now,
                                SyncOutputs& out) {
  const Home* const home = find(request.home);
  if (request.home != self && (home == nullptr || home->forked)) return;
  if (request.page >= kSnapshotPagesMax) return;
  PeerRead read;
  read.home = request.home;
  read.snapshot = true;
  read.seq = request.seq;
  read.page = request.page;
  if (!peers.at(to).begin_read(read, now.steady_us)) return;
  out.push_back(ReadSnapshot{to, request.home, request.seq, request.page});
}

void FeedSync::serve_batches(ConnectionId to, const base::NodeId& home, base::Seq from,
                             const std::vector<feed::Batch>& batches, bool snapshot_is_better,
                             base::Time now, SyncOutputs& out) {
  const auto peer = state_->peers.find(to);
  if (peer == state_->peers.end()) return;
  peer->second.end_read(home, false, from, 0);
  if (snapshot_is_better) return state_->read_page(to, SnapshotRequest{home, 0, 0}, now, out);
  if (batches.empty()) return;
  out.push_back(SendMessage{{to}, FeedBatch{join(batches)}, Urgency::kBulk, home});
}

void FeedSync::serve_snapshot(ConnectionId to, std::uint32_t page, const feed::Batch& batch,
                              const std::string& text, base::Time /*now*/, SyncOutputs& out) {
  const auto peer = state_->peers.find(to);
  if (peer == state_->peers.end()) return;
  const base::NodeId& home = batch.head.home;
  const auto read = peer->second.end_read(home, true, batch.head.seq, page);
  if (text.size() > kSnapshotBytesMax || snapshot_pages(text) > kSnapshotPagesMax) {
    out.push_back(base::LogLine{base::LogLevel::kWarning,
                                "snapshot too large to be sent",
                                {{"home", home.brief()}, {"bytes", std::to_string(text.size())}}});
    return;
  }
  // A newer checkpoint took the place of the one whose pages were asked for: begin again with it.
  const bool moved_on = read && read->seq != 0 && read->seq != batch.head.seq;
  const std::uint32_t wanted = moved_on ? 0 : page;
  if (wanted >= snapshot_pages(text)) return;
  out.push_back(SendMessage{{to}, make_page(batch, text, wanted), Urgency::kBulk, std::nullopt});
}

bool FeedSync::State::take_page(ConnectionId from, const SnapshotPage& page, base::Time now,
                                SyncOutputs& out) {
  Home* const home = find(page.home);
  const CatchUp::Question* const question = catch_up.find(page.home);
  // What was not asked for, or comes after the question was given up, is nobody's fault.
  if (home == nullptr || question == nullptr || question->peer != from) return true;
  if (page.page == 0) return take_offer(from, *home, page, now, out);
  if (!question->assembly || !question->assembly->expects(page)) return true;
  const base::Status added = catch_up.add_page(page.home, page, now.steady_us);
  if (!added) {
    catch_up.failed(page.home, now.steady_us);
    return blame(from, added.error().message, out);
  }
  go_on_with_snapshot(from, page.home, out);
  return true;
}

bool FeedSync::State::take_offer(ConnectionId from, Home& home, const SnapshotPage& page,
                                 base::Time now, SyncOutputs& out) {
  const CatchUp::Question* const question = catch_up.find(page.home);
  if (page.seq <= home.replica.seq()) return true;
  if (question->assembly && question->assembly->batch().head.seq >= page.seq) return true;
  base::Result<SnapshotAssembly> assembly = SnapshotAssembly::begin(page);
  if (!assembly) {
    catch_up.failed(page.home, now.steady_us);
    return blame(from, assembly.error().message, out);
  }
  if (!catch_up.begin_assembly(page.home, std::move(*assembly), now.steady_us)) {
    catch_up.postpone(page.home, now.steady_us);
    return true;
  }
  go_on_with_snapshot(from, page.home, out);
  return true;
}

void FeedSync::State::go_on_with_snapshot(ConnectionId from, const base::NodeId& home,
                                          SyncOutputs& out) {
  const SnapshotAssembly& assembly = *catch_up.find(home)->assembly;
  if (assembly.whole()) {
    feed::Batch batch = assembly.batch();
    out.push_back(TakeSnapshot{from, std::move(batch), catch_up.take_text(home)});
    return;
  }
  const SnapshotRequest next{home, assembly.batch().head.seq, assembly.next_page()};
  out.push_back(SendMessage{{from}, next, Urgency::kBook, std::nullopt});
}

void FeedSync::snapshot_taken(ConnectionId from, const feed::Batch& batch, bool good,
                              base::Time now, SyncOutputs& out) {
  State& s = *state_;
  State::Home* const home = s.find(batch.head.home);
  if (home == nullptr) return;
  if (!good) {
    s.catch_up.failed(batch.head.home, now.steady_us);
    blame(from, "a snapshot that is not what its checkpoint says", out);
  } else if (!home->forked && batch.head.seq > home->replica.seq()) {
    home->replica.restore(batch.head);
    if (s.peers.contains(from)) s.peers.at(from).unanswered = 0;
    s.catch_up.answered(batch.head.home);
    s.note_head(from, *home, batch.head, now, out);
    if (home->replica.seq() >= home->newest.seq) s.catch_up.content(batch.head.home);
  } else {
    s.catch_up.answered(batch.head.home);
  }
  s.ask_due(now, out);
}

}  // namespace syrah::p2p
