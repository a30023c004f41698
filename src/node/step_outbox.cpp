#include <utility>

#include "base/overloaded.h"
#include "node/step.h"

namespace syrah::node {

void Step::settle() {
  if (parts_.phase != Phase::kRunning) return;
  // A basic peer's fill makes own entries, which may matter to others in turn.
  do {
    parts_.exchange.settle(now_);
    keep_own();
  } while (basic_outputs());
}

void Step::keep_own() {
  for (exchange::CheckpointText& checkpoint : parts_.exchange.take_checkpoints()) {
    if (checkpoint.home == parts_.feed.home()) {
      parts_.outbox.keep_own_checkpoint(checkpoint.seq, std::move(checkpoint.text));
    }
  }
  parts_.outbox.keep(parts_.exchange.take_entries());
  std::vector<exchange::Fact> facts = parts_.exchange.take_facts();
  note_trades(facts);
  for (const exchange::Fact& fact : facts) {
    if (const auto* changed = std::get_if<exchange::OrderFact>(&fact)) {
      parts_.basic.own_order(changed->order, now_);
    } else if (const auto* fill = std::get_if<exchange::FillFact>(&fact)) {
      tell_old_network(*fill);
    }
  }
  publish_books(facts);
  parts_.outbox.keep(std::move(facts));
}

/// The taker's home tells: one of the two is enough.
void Step::tell_old_network(const exchange::FillFact& fill) {
  if (fill.maker || !parts_.grenache || !parts_.grenache->talks_to_old_nodes()) return;
  const exchange::Instrument* const instrument = parts_.exchange.instrument(fill.order.instrument);
  if (instrument == nullptr) return;
  const bool buys = fill.order.side == exchange::Side::kBuy;
  const std::string own = base::PublicId::of(fill.order.id).text();
  const std::string other = base::PublicId::of(fill.counter_order).text();
  p2p::BasicTrade trade;
  trade.id = base::PublicId::of(fill.trade).text();
  trade.buy_order_id = buys ? own : other;
  trade.sell_order_id = buys ? other : own;
  trade.amount = instrument->text(fill.quantity);
  trade.price = instrument->text(fill.price);
  trade.timestamp_ms = fill.time.ms;
  parts_.outbox.wait(TellBasic{kOldNetwork, std::move(trade)});
}

void Step::note_trades(const std::vector<exchange::Fact>& facts) {
  for (const exchange::Fact& fact : facts) {
    if (const auto* fill = std::get_if<exchange::FillFact>(&fact)) {
      const exchange::Instrument* instrument = parts_.exchange.instrument(fill->order.instrument);
      if (instrument == nullptr) continue;
      log(base::LogLevel::kInfo, "traded",
          {{"order", base::PublicId::of(fill->order.id).text()},
           {"side", std::string(exchange::to_text(fill->order.side))},
           {"instrument", fill->order.instrument},
           {"quantity", instrument->text(fill->quantity)},
           {"price", instrument->text(fill->price)},
           {"with", fill->counter_order.home == parts_.feed.home()
                        ? "this node"
                        : fill->counter_order.home.brief()}});
    } else if (const auto* odd = std::get_if<exchange::AbandonedFilledFact>(&fact)) {
      log(base::LogLevel::kError, "an abandoned hold was filled by its maker after all",
          {{"trade", odd->trade.text()}, {"maker", odd->maker.text()}});
    }
  }
}

void Step::flush() {
  if (std::optional<Transaction> transaction = parts_.outbox.cut(parts_.feed)) {
    effects_.emplace_back(Append{std::move(*transaction)});
  }
  release();
}

void Step::release() {
  for (Waiting& waiting : parts_.outbox.take_released()) {
    std::visit([this](auto& alternative) { release_one(std::move(alternative)); }, waiting);
  }
  drain();
}

void Step::release_one(const Publish& publish) {
  parts_.sync.publish(publish.batch, publish.urgent, now_, parts_.sync_outputs);
  for (const base::NodeId& home : publish.awaited_by) keep_for(home, publish.batch);
}

/// A home whose session was just lost gets what it waits for as soon as it is back, without asking.
/// Others hear of it from their neighbours.
void Step::keep_for(const base::NodeId& home, const feed::Batch& batch) {
  const auto lost = parts_.lost_peers.find(home);
  if (lost == parts_.lost_peers.end()) return;
  if (now_.steady_us - lost->second > kLostPeerMs * base::kUsPerMs) {
    parts_.lost_peers.erase(lost);
    return;
  }
  const auto routed = parts_.peers.send_to(home, p2p::FeedBatch{batch}, p2p::Urgency::kTrade,
                                           batch.head.home, now_, parts_.peer_outputs);
  if (!routed) {
    log(base::LogLevel::kDebug, "no route",
        {{"to", home.brief()}, {"reason", routed.error().message}});
  }
}

void Step::release_one(const TellBasic& tell) { tell_basic(tell.connection, tell.body); }
void Step::release_one(Reply reply) { effects_.emplace_back(std::move(reply)); }
void Step::release_one(QueryJournal query) { effects_.emplace_back(std::move(query)); }
void Step::release_one(SaveKeys save) { effects_.emplace_back(std::move(save)); }

bool Step::basic_outputs() {
  bool filled = false;
  for (BasicOutput& output : parts_.basic.take_outputs()) {
    if (auto* tell = std::get_if<BasicTell>(&output)) {
      parts_.outbox.wait(TellBasic{tell->connection, std::move(tell->body)});
    } else if (auto* fill = std::get_if<BasicFill>(&output)) {
      fill_unconfirmed(*fill);
      filled = true;
    } else {
      effects_.emplace_back(Log{std::get<base::LogLine>(std::move(output))});
    }
  }
  return filled;
}

void Step::fill_unconfirmed(const BasicFill& fill) {
  const base::Status reduced = parts_.exchange.reduce(fill.order, fill.quantity, now_);
  // What this rests on is kept before the peers are told of it.
  keep_own();
  parts_.basic.filled(fill, reduced.ok(), now_);
  if (!reduced) return;  // gone in the meantime: an indication promises nothing
  exchange::UnconfirmedFact fact;
  fact.id = fill.trade;
  fact.instrument = fill.instrument;
  fact.side = fill.side;
  fact.price = fill.price;
  fact.quantity = fill.quantity;
  fact.order = fill.order;
  fact.peer = fill.peer;
  fact.time = parts_.exchange.stamp(now_);
  parts_.outbox.keep(std::vector<exchange::Fact>{fact});
  log(base::LogLevel::kInfo, "unconfirmed trade with a basic peer",
      {{"order", base::PublicId{parts_.feed.home().prefix(), fill.order}.text()},
       {"peer", fill.peer}});
}

void Step::tell_basic(p2p::ConnectionId connection, const p2p::MessageBody& body) {
  if (parts_.grenache && (connection == 0 || connection == kOldNetwork)) {
    parts_.grenache->tell_old_nodes(body, now_);
  }
  std::vector<ConnectionId> to;
  for (const p2p::PeerView& peer : parts_.peers.peers()) {
    if (peer.id || (connection != 0 && peer.connection != connection)) continue;
    to.push_back(peer.connection);
  }
  parts_.peers.send(to, body, p2p::Urgency::kBook, std::nullopt, now_, parts_.peer_outputs);
}

}  // namespace syrah::node
