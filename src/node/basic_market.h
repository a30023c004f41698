#pragma once

// What this node does with the orders and trades of peers that speak only the basic dialect
// (docs/protocol.md): their orders are indications, shown and never firm. In the mode `trade` a
// heard order and an own resting one that cross trade by price and time at the price of the one
// that was there first; nothing confirms such a trade but this node itself. Own orders are
// announced to all basic peers with what is open of them.
//
// A basic peer proves nothing. It can fill the list of its own indications, and in the mode `trade`
// it can take what own orders offer without ever settling; that is what the mode means.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "api/indication.h"
#include "base/log.h"
#include "exchange/instrument.h"
#include "node/announcements.h"
#include "node/own_orders.h"
#include "node/seen_messages.h"
#include "p2p/config.h"
#include "p2p/message.h"

namespace syrah::node {

/// Stands for all the old nodes that are told through Grenache (legacy_network.h).
inline constexpr p2p::ConnectionId kOldNetwork = UINT64_MAX;

/// To one basic peer, or to all of them and the old network (0).
struct BasicTell {
  p2p::ConnectionId connection = 0;
  p2p::MessageBody body;
};
/// A heard order trades with an own one: reduce the own order, then answer with filled(). Once that
/// is done it is an unconfirmed trade, for the journal, the API and the command line.
struct BasicFill {
  std::string trade;  ///< the trade's id
  std::string instrument;
  exchange::Side side = exchange::Side::kBuy;  ///< of the own order
  exchange::Seq order = 0;                     ///< the own order
  std::string own_order;                       ///< its id as it was announced
  exchange::Quantity quantity;
  exchange::Price price;
  std::string peer;
  std::string peer_order;
};
using BasicOutput = std::variant<BasicTell, BasicFill, base::LogLine>;

class BasicMarket {
 public:
  BasicMarket(p2p::BasicPeers mode, std::string node_name,
              const std::vector<exchange::Instrument>& instruments);

  /// Own orders are followed only while there is somebody to tell of them or to trade with, and for
  /// a while after. When this is true, somebody came, and `learn` is to be given all that there
  /// are.
  [[nodiscard]] bool needs_own_orders() const { return !peers_.empty() && !follows_own_; }
  void learn(const std::map<exchange::Seq, exchange::Order>& orders, base::Time now);
  void peer_up(p2p::ConnectionId connection, const std::string& name, base::Time now);
  /// The old network hears of orders from now on. Those that are there already it was told in an
  /// earlier run: it knows no orders again.
  void old_network_up();
  /// What it announced is gone with it.
  void peer_down(p2p::ConnectionId connection, base::Time now);
  /// BasicOrder, BasicTrade and BasicCancel; others are ignored.
  void message(p2p::ConnectionId connection, const p2p::Message& message, base::Time now);
  /// The same from someone without a connection: a node of the old network, by its name.
  void heard(const std::string& peer, const p2p::Message& message, base::Time now);
  /// An own order as it is now, after every change.
  void own_order(const exchange::Order& order, base::Time now);
  /// What became of a BasicFill: done, and all basic peers are to hear of the trade; or not, since
  /// the own order was gone by then.
  void filled(const BasicFill& fill, bool done, base::Time now);
  void tick(base::Time now);
  [[nodiscard]] std::int64_t next_deadline_us() const;

  [[nodiscard]] std::vector<BasicOutput> take_outputs() { return std::exchange(outputs_, {}); }
  [[nodiscard]] const api::Indications& indications() const { return indications_; }

 private:
  using Key = std::pair<std::string, std::string>;  ///< peer, order id
  struct Peer {
    std::string name;
    Announcements announcements;
  };
  /// What was heard of an order, also when nothing of it is left to be shown.
  struct Heard {
    api::Indication order;  ///< with its whole quantity
    exchange::Quantity traded;
    std::int64_t heard_us = 0;
  };

  void on_order(const std::string& peer, const p2p::BasicOrder& order, base::Time now);
  void trade(const Key& key, base::Time now);
  /// An own order that is new, or has a new price, takes what it crosses of what was heard before.
  void take_heard(const exchange::Order& order, base::Time now);
  void fill(const Key& key, exchange::Seq order, exchange::Price price, exchange::Quantity quantity,
            base::Time now);
  void show(const Key& key);
  bool make_room(const Key& key);
  void forget(const Key& key);
  void forget_all(const std::string& peer);
  [[nodiscard]] bool is_own(const std::string& id) const;
  /// Reads it; an error says why it is ignored.
  [[nodiscard]] base::Result<api::Indication> read(const p2p::BasicOrder& order) const;
  [[nodiscard]] p2p::BasicOrder announce(const exchange::Order& order,
                                         const exchange::Instrument& instrument) const;
  void tell(p2p::ConnectionId connection, Peer& peer, base::Time now);
  void tell_all(base::Time now);
  /// When own orders need not be followed any more; INT64_MAX while they must, or are not.
  [[nodiscard]] std::int64_t unfollow_us() const;
  void ignore(const std::string& what, const std::string& peer, const std::string& reason);

  p2p::BasicPeers mode_;
  std::string node_name_;
  exchange::Instruments instruments_;
  std::map<p2p::ConnectionId, Peer> peers_;
  OwnOrders own_;
  bool follows_own_ = false;
  std::int64_t alone_since_us_ = 0;  ///< while there are no peers
  SeenMessages seen_;
  std::map<Key, Heard> heard_;
  std::map<std::string, std::set<std::pair<std::int64_t, std::string>>> ages_;  ///< by peer
  api::Indications indications_;
  std::uint64_t trades_ = 0;
  std::vector<BasicOutput> outputs_;
};

}  // namespace syrah::node
