#include "sim/inspector.h"

#include <fmt/format.h>

#include "exchange/event_codec.h"
#include "p2p/peer_protocol.h"

namespace syrah::sim {

Inspector::Inspector(Report& report)
    : report_(report),
      overfill_(report),
      both_sides_(report),
      conservation_(report),
      price_(report),
      order_terms_(report),
      acknowledged_(report),
      no_reuse_(report, ledger_),
      after_cancel_(report),
      price_time_(report),
      stops_(report),
      feed_(report, archive_),
      durable_first_(report, archive_, ledger_),
      client_id_(report),
      holds_(report) {}

void Inspector::stored(const base::NodeId& where, const node::Transaction& transaction,
                       bool old_copy) {
  for (const feed::Batch& batch : transaction.batches) {
    if (batch.head.home != where) {
      feed_.copy(where, batch);
    } else if (!old_copy) {
      own_batch(batch);
    }
  }
  for (const node::StoredSnapshot& snapshot : transaction.snapshots) {
    if (!old_copy || snapshot.batch.head.home != where) feed_.copy(where, snapshot.batch);
  }
}

void Inspector::own_batch(const feed::Batch& batch) {
  if (!feed_.own_stored(batch)) return;
  exchange::Instruments& instruments = instruments_[batch.head.home];
  for (const feed::EntryView& text : batch.entries) {
    const auto recorded = exchange::decode_event(batch.head.home, text.text, instruments);
    if (!recorded) {
      report_.broken(
          FeedChecker::kInvariant, batch.head.home,
          fmt::format("entry {} cannot be read: {}", text.seq, recorded.error().message));
      return;
    }
    if (const auto* declared = std::get_if<exchange::InstrumentDeclared>(&recorded->event)) {
      if (const base::Status added = instruments.add(declared->instrument); !added) {
        report_.broken(FeedChecker::kInvariant, batch.head.home, added.error().message);
      }
    }
    entry(*recorded);
  }
}

void Inspector::entry(const exchange::Recorded& recorded) {
  count(recorded);
  both_sides_.entry(recorded, ledger_);
  price_.entry(recorded, ledger_);
  after_cancel_.entry(recorded, ledger_);
  price_time_.entry(recorded, ledger_);
  stops_.entry(recorded, ledger_);
  client_id_.entry(recorded);
  ledger_.apply(recorded);
  overfill_.entry(recorded, ledger_);
  conservation_.entry(recorded, ledger_);
  order_terms_.entry(recorded, ledger_);
  stops_.after_entry(recorded, ledger_);
}

void Inspector::count(const exchange::Recorded& recorded) {
  ++counts_.entries;
  if (const auto* traded = std::get_if<exchange::Traded>(&recorded.event)) {
    if (traded->maker.home == traded->taker.home) {
      ++counts_.trades_at_home;
    } else if (traded->maker.home == recorded.home) {
      ++counts_.trades_across;
    }
  } else if (std::holds_alternative<exchange::Refused>(recorded.event)) {
    ++counts_.refusals;
  } else if (std::holds_alternative<exchange::Triggered>(recorded.event)) {
    ++counts_.triggers;
  } else if (std::holds_alternative<exchange::Checkpoint>(recorded.event)) {
    ++counts_.checkpoints;
  }
}

void Inspector::sent(const base::NodeId& from, p2p::ConnectionId connection,
                     const std::string& bytes) {
  p2p::FrameReader& stream =
      streams_.try_emplace({from, connection}, p2p::FrameReader(p2p::kFrameBytesMax)).first->second;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const auto frame = stream.take(rest);
    if (!frame || !*frame) return;
    const auto decoded = p2p::decode_message(**frame);
    if (!decoded) {
      report_.broken("protocol", from,
                     fmt::format("sends what no one can read: {}", decoded.error().message));
    } else if (decoded->message) {
      message(from, decoded->message->body);
    }
  }
}

void Inspector::message(const base::NodeId& from, const p2p::MessageBody& body) {
  if (const auto* beat = std::get_if<p2p::Heartbeat>(&body)) {
    for (const feed::Head& head : beat->heads) sent_head(from, head);
  } else if (const auto* push = std::get_if<p2p::FeedBatch>(&body)) {
    sent_batch(from, push->batch);
  } else if (const auto* page = std::get_if<p2p::SnapshotPage>(&body)) {
    ++counts_.snapshot_pages;
    if (page->batch) sent_batch(from, *page->batch);
  } else if (const auto* fork = std::get_if<p2p::ForkNotice>(&body)) {
    report_.broken(FeedChecker::kInvariant, from,
                   "claims a fork of " + report_.name(fork->proof.a.head.home));
  }
}

void Inspector::sent_head(const base::NodeId& from, const feed::Head& head) {
  if (head.home == from) {
    if (!durable_first_.own_head_sent(head)) return;
    archive_.vouch(head);
  }
  feed_.copy(from, head);
}

void Inspector::sent_batch(const base::NodeId& from, const feed::Batch& batch) {
  if (batch.head.home == from) {
    if (!durable_first_.own_head_sent(batch.head)) return;
    archive_.vouch(batch.head);
  }
  feed_.copy(from, batch);
}

void Inspector::down(const base::NodeId& host) {
  streams_.erase(streams_.lower_bound({host, 0}),
                 streams_.upper_bound({host, ~p2p::ConnectionId{0}}));
}

void Inspector::placed(const Intent& intent, const ToldOrder& order) {
  durable_first_.told(order);
  no_reuse_.placed(intent, order.id);
  client_id_.placed(intent, order.id);
  acknowledged_.told(order);
}

void Inspector::told(const ToldOrder& order) {
  durable_first_.told(order);
  acknowledged_.told(order);
}

void Inspector::told_cancelled(const base::OrderId& order) {
  durable_first_.told_cancelled(order);
  acknowledged_.told_cancelled(order);
}

void Inspector::told_not_found(const base::OrderId& order) { acknowledged_.not_found(order); }

void Inspector::odd_answer(HostIndex host, const std::string& asked,
                           const api::HttpResponse& answer) {
  report_.broken("API", fmt::format("{}", host),
                 fmt::format("{} was answered {} {}", asked, answer.status, answer.body));
}

void Inspector::check_heads(const std::vector<LiveNode>& nodes, Report& report) {
  HeadsChecker(report).at_end(nodes);
  CrossedChecker(report).at_end(nodes);
}

void Inspector::check_calm(const std::vector<LiveNode>& nodes) {
  holds_.at_end(nodes);
  both_sides_.at_end();
  order_terms_.at_end(ledger_);
  stops_.at_end(ledger_, nodes);
}

}  // namespace syrah::sim
