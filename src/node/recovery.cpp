#include "node/recovery.h"

#include <string>
#include <utility>

#include "crypto/hash.h"
#include "exchange/event_codec.h"
#include "exchange/home_snapshot.h"

namespace syrah::node {

using base::Error;
using base::ErrorCode;
using base::Status;

namespace {

Status recover_batch(Node::Parts& parts, const feed::Batch& batch, base::Time now) {
  for (const feed::EntryView& entry : batch.entries) {
    if (Status folded = parts.exchange.fold(batch.head.home, entry.text, now); !folded) {
      return Error{ErrorCode::kDamaged, "home " + batch.head.home.text() + ", entry " +
                                            std::to_string(entry.seq) + ": " +
                                            folded.error().message};
    }
  }
  return base::success();
}

Status recover_home(Node::Parts& parts, const RecoveredHome& home, base::Time now,
                    feed::Head& end) {
  if (home.snapshot) {
    if (Status restored = restore_snapshot(parts.exchange, *home.snapshot); !restored)
      return restored;
    end = home.snapshot->batch.head;
  }
  for (const feed::Batch& batch : home.batches) {
    if (Status folded = recover_batch(parts, batch, now); !folded) return folded;
    end = batch.head;
  }
  return base::success();
}

const base::NodeId& id_of(const RecoveredHome& home) {
  return home.snapshot ? home.snapshot->batch.head.home : home.batches.front().head.home;
}

}  // namespace

Status restore_snapshot(exchange::Exchange& exchange, const StoredSnapshot& snapshot) {
  const base::NodeId& home = snapshot.batch.head.home;
  if (snapshot.batch.entries.empty()) return base::invalid("snapshot without its checkpoint");
  const auto entry = exchange::decode_event(home, snapshot.batch.entries.back().text, {});
  if (!entry) return entry.error();
  const auto* checkpoint = std::get_if<exchange::Checkpoint>(&entry->event);
  if (checkpoint == nullptr || checkpoint->digest != crypto::sha256(snapshot.text)) {
    return Error{ErrorCode::kDamaged, "snapshot at entry " + std::to_string(entry->seq) +
                                          " is not the one that its checkpoint names"};
  }
  auto state = exchange::HomeSnapshot::read(home, snapshot.text);
  if (!state) return state.error();
  return exchange.restore(std::move(*state), *entry);
}

Status recover(Node::Parts& parts, const Recovered& recovered, base::Time now, Effects& effects) {
  const base::NodeId self = parts.feed.home();
  feed::Head own;
  own.home = self;
  own.hash = feed::genesis_hash(self);
  for (const std::string& warning : recovered.warnings) {
    effects.emplace_back(Log{{base::LogLevel::kWarning, warning, {}}});
  }
  for (const RecoveredHome& home : recovered.homes) {
    if (!home.snapshot && home.batches.empty()) continue;
    feed::Head end;
    const Status done = recover_home(parts, home, now, end);
    if (id_of(home) == self) {
      if (!done) return done;
      own = end;
    } else if (done.ok()) {
      parts.sync.restore(end);
    } else {
      effects.emplace_back(Log{{base::LogLevel::kError,
                                "a home's entries do not fold: left out",
                                {{"reason", done.error().message}}}});
      parts.sync.restore(end);
      p2p::SyncOutputs ignored;  // they would tell this node what it says here itself
      parts.sync.reject_home(id_of(home), done.error().message, ignored);
    }
  }
  parts.feed.restore(own.seq, own.hash, own.time);
  parts.outbox.set_durable_head(own);
  parts.sync.set_own_head(own);
  for (const UsedClientId& used : recovered.client_ids) {
    parts.exchange.restore_client_id(used.account, used.client_id, used.order, used.accepted_ms,
                                     used.fingerprint);
  }
  for (const PlacedBy& placed : recovered.placed_by) {
    parts.exchange.restore_placed_by(placed.order, placed.key);
  }
  parts.exchange.finish_recovery(recovered.last_trade);
  return base::success();
}

}  // namespace syrah::node
