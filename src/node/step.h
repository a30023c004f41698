#pragma once

// One step of the node: takes an input apart, lets exchange, feeds, peers and clients answer each
// other until nothing is left to say, and cuts the next transaction.

#include "api/router.h"
#include "node/parts.h"

namespace syrah::node {

class Step {
 public:
  Step(Node::Parts& parts, base::Time now, Effects& effects)
      : parts_(parts), now_(now), effects_(effects) {}

  void take(Input input);
  /// The first step of a node's life, after recovery.
  void begin();

 private:
  void on(const Connected& input);
  void on(const DialFailed& input);
  void on(const Received& input);
  void on(Sent input);
  void on(const Closed& input);
  void on(Durable input);
  void on(const Requested& input);
  void on(const StreamOpened& input);
  void on(const StreamReceived& input);
  void on(const StreamsSent& input);
  void on(const StreamClosed& input);
  void on(JournalAnswered input);
  void on(const HttpAnswered& input);
  void on(const RpcRequested& input);
  void on(const DhtNodeFound& input);
  void on(const DatagramReceived& input);
  void on(const PeerFound& input);
  void on(const KeysSaved& input);
  void on(Tick input);
  void on(Shutdown input);

  // Peers (step_peers.cpp)
  void drain();
  void from_peers(p2p::PeerOutput output);
  void from_peer(const p2p::PeerMessage& message);
  void peer_up(const p2p::PeerView& peer);
  void tell_basic_of_own();
  void peer_down(const p2p::PeerDown& down);

  // Grenache (step_grenache.cpp)
  void dial(p2p::ToDial& dial);
  void send(p2p::ToSend& send);
  void close(p2p::ToClose close);
  /// True if there was anything.
  bool from_grenache();
  void from_grenache(grenache::Output output);
  void start_grenache();

  // Feeds (step_feeds.cpp)
  void from_sync(p2p::SyncOutput output);
  void fold(p2p::FoldEntries entries);
  void note_arrival(p2p::ConnectionId from, const feed::Head& head, base::Seq first, bool snapshot);
  void take_snapshot(p2p::TakeSnapshot taken);
  void send(const p2p::SendMessage& message);
  void read_batches(const p2p::ReadBatches& wanted);
  void read_snapshot(const p2p::ReadSnapshot& wanted);
  void answer_serving(const OpenServing& serving, JournalAnswer answer);
  void home_forked(const p2p::HomeForked& forked);
  void own_feed_ahead(const p2p::OwnFeedAhead& ahead);
  void reject_home(const base::NodeId& home, const std::string& reason);
  void beat();

  // Clients (step_clients.cpp)
  void answer(std::uint64_t request, const api::HttpRequest& http, api::Outcome outcome);
  void finish_request(const OpenRequest& open, const JournalAnswer& answer);
  api::Context context(const api::HttpRequest& http);
  api::NodeView view() const;
  api::ArrivalLine arrival(const base::EntryId& entry) const;
  std::vector<api::ArrivalLine> arrivals(const base::NodeId& home) const;

  // API keys and dead man's switches (step_keys.cpp)
  /// Keeps keys and switches as they are now, after all that happened before.
  void save_keys(std::uint64_t request, api::KeepsKeys keeps);
  void cancel_what_is_due();
  /// Orders of those whose switch was on when the node stopped.
  void cancel_what_was_due();
  void cancel_orders_of(const api::SwitchRecord& who, const std::string& why);
  /// If the client asked for that, the open orders of its key are cancelled.
  void client_connection_ended(std::uint64_t connection);

  // The feed of market data (step_streams.cpp)
  /// What happened to the books becomes messages, which wait until it is durable. Before a book or
  /// a sequence is told, so that they fit together.
  void publish_books(const std::vector<exchange::Fact>& facts = {});
  void stream();
  void release_one(api::StreamNews news);
  void release_one(const api::StreamAnswer& answer);

  // Own entries and what rests on them (step_outbox.cpp)
  void settle();
  void keep_own();
  void flush();
  void release();
  void release_one(const Publish& publish);
  void keep_for(const base::NodeId& home, const feed::Batch& batch);
  void release_one(const TellBasic& tell);
  void release_one(Reply reply);
  void release_one(QueryJournal query);
  void release_one(SaveKeys save);
  void tell_basic(p2p::ConnectionId connection, const p2p::MessageBody& body);
  /// True if an own order was filled.
  bool basic_outputs();
  void fill_unconfirmed(const BasicFill& fill);
  void tell_old_network(const exchange::FillFact& fill);
  void note_trades(const std::vector<exchange::Fact>& facts);

  void open_if_ready();
  void stop_if_done();
  void fail(std::string fault);
  void log(base::LogLevel level, std::string message,
           std::vector<std::pair<std::string, std::string>> fields = {});

  Node::Parts& parts_;
  base::Time now_;
  Effects& effects_;
};

}  // namespace syrah::node
