#pragma once

// The address book: whom to dial, and when. Addresses come from the peers file, the configuration,
// other peers and the user; each waits longer after each failure. Bootstrap peers are retried for
// ever, addresses that never worked are forgotten after a few failures, an address that leads back
// here or to a peer that is connected anyway is left alone.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/random.h"
#include "base/time.h"
#include "p2p/connection_id.h"
#include "p2p/peer_exchange.h"
#include "p2p/peer_storage.h"

namespace syrah::p2p {

/// How an address was found; those before others are dialled first.
enum class Source : std::uint8_t { kBootstrap, kUser, kStored, kInbound, kExchange };
std::string_view to_text(Source source);

class ConnectionPolicy {
 public:
  ConnectionPolicy(std::int64_t reconnect_interval_ms, std::uint64_t random_seed);

  /// An address to be tried, at once if it is new or the user wants it.
  void add(const Endpoint& endpoint, Source source, base::Time now);
  /// One told by another peer; `teller` is bounded in what it can add.
  void add_told(const Endpoint& endpoint, const std::string& teller, base::Time now);
  void restore(const StoredPeer& peer);

  /// How many more may be dialled: at once, in all, and besides the user's and bootstrap peers.
  struct Room {
    std::size_t dials = 0;
    std::size_t peers = 0;
    std::size_t outbound = 0;
  };
  /// Takes the addresses to dial now; each is in use until failed() or ended().
  std::vector<Endpoint> take_due(const Room& room, base::Time now);
  /// When take_due() will next have something if room stays as it is.
  [[nodiscard]] std::int64_t next_due_us(const Room& room) const;

  // ---- what became of an address in use ----
  /// Returns how often in a row it has failed now.
  std::uint32_t failed(const Endpoint& endpoint, base::Time now);
  /// A session was opened over it. `id` is absent for a basic peer.
  void opened(const Endpoint& endpoint, const std::optional<base::NodeId>& id,
              const std::string& name, base::Time now);
  /// That session ended after `lasted_us`.
  void ended(const Endpoint& endpoint, std::int64_t lasted_us, base::Time now);
  /// The address leads to this node itself.
  void is_self(const Endpoint& endpoint);
  /// Someone proved to be `id` here, and is connected by another way.
  void learned(const Endpoint& endpoint, const base::NodeId& id, const std::string& name);

  /// The addresses of someone discouraged are not tried for kDiscouragedMs. Bootstrap addresses are
  /// the operator's word and stay: who answers there must prove to be someone better.
  void postpone(const std::optional<base::NodeId>& id, std::string_view host, base::Time now);

  /// Who is connected by whatever way; their addresses are left alone meanwhile. `listens` may be
  /// unknown.
  void connected(const std::optional<base::NodeId>& id, const std::optional<Endpoint>& listens);
  void disconnected(const std::optional<base::NodeId>& id, const std::optional<Endpoint>& listens);

  /// Whether someone proved to be a full peer at this address before.
  [[nodiscard]] std::optional<base::NodeId> id_at(const Endpoint& endpoint) const;
  /// Whether the address counts towards kOutboundMax.
  [[nodiscard]] bool is_ordinary(const Endpoint& endpoint) const;
  [[nodiscard]] std::string_view source_of(const Endpoint& endpoint) const;

  /// For the peers file: bootstrap peers too, since their identity is remembered.
  [[nodiscard]] std::vector<StoredPeer> stored() const;
  /// Those that worked lately, best first.
  [[nodiscard]] std::vector<KnownPeer> recently_good(base::Time now) const;

 private:
  struct Address {
    Source source = Source::kExchange;
    std::string teller;
    std::optional<base::NodeId> id;
    std::string name;
    std::int64_t last_success_ms = 0;
    std::uint32_t failures = 0;
    std::int64_t next_us = 0;
    bool in_use = false;
  };
  using Addresses = std::map<Endpoint, Address>;

  static bool is_ordinary(const Address& address);
  [[nodiscard]] bool is_candidate(const Addresses::value_type& entry, const Room& room) const;
  bool make_room();
  void wait(Address& address, base::Time now);

  std::int64_t reconnect_interval_ms_;
  base::Random random_;
  Addresses addresses_;
  std::set<Endpoint> own_;
  std::multiset<base::NodeId> connected_ids_;
  std::multiset<Endpoint> connected_endpoints_;
};

}  // namespace syrah::p2p
