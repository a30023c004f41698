#pragma once

// Whom to dial, and when. Each address waits longer after each failure. Addresses come in lanes:
// what the user named, what worked before (stored), bootstrap peers, and one lane for each source
// of hearsay. Each lane has dials of its own and the lanes take turns, so that nothing which one
// source tells keeps the addresses of another waiting. While there are connections enough, only
// now and then one address is tried, to know which ones are alive (a feeler).
//
// An address that leads back here is left alone, and so is one that leads to a peer that is
// connected, unless it is a direct address of a peer that is connected through Grenache only.

#include <array>
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
#include "p2p/address_book.h"
#include "p2p/given_up.h"
#include "p2p/hint.h"
#include "p2p/parted_peers.h"
#include "p2p/peer_exchange.h"
#include "p2p/peer_storage.h"

namespace syrah::p2p {

class ConnectionPolicy {
 public:
  struct Terms {
    std::int64_t reconnect_interval_ms = 30'000;
    bool direct = true;     ///< whether direct addresses are dialled
    bool grenache = false;  ///< whether tunnel addresses are
  };
  ConnectionPolicy(Terms terms, std::uint64_t random_seed);

  /// An address to be tried when its turn comes; at once if the user names it. True if it is new.
  bool add(const Hint& hint, base::Time now);
  /// One of the peers file. True if it is new.
  bool restore(const StoredPeer& peer);
  /// No peer is left: bootstrap peers are not waited for any longer.
  void ask_bootstrap_again(base::Time now);

  /// How many more peers there may be, and how many may be dialled besides the user's and bootstrap
  /// peers.
  struct Room {
    std::size_t peers = 0;
    std::size_t outbound = 0;
  };
  /// Takes the addresses to dial now; each is in use until failed(), ended() or tested().
  std::vector<AddressKey> take_due(const Room& room, base::Time now);
  /// One to be tested, if there are `outbound` connections and it is time.
  std::optional<AddressKey> take_feeler(std::size_t outbound, base::Time now);
  /// When take_due() or take_feeler() may next have something if room stays as it is; never later
  /// than they do.
  [[nodiscard]] std::int64_t next_due_us(const Room& room) const;

  // ---- what became of an address in use ----
  /// Returns how often in a row it has failed now.
  std::uint32_t failed(const AddressKey& key, base::Time now);
  /// A session was opened over it. `id` is absent for a basic peer.
  void opened(const AddressKey& key, const std::optional<base::NodeId>& id, const std::string& name,
              base::Time now);
  /// That session ended after `lasted_us`.
  void ended(const AddressKey& key, std::int64_t lasted_us, base::Time now);
  /// The one who answered proved to be `id` (absent: a basic peer), and was not wanted now.
  void tested(const AddressKey& key, const std::optional<base::NodeId>& id, const std::string& name,
              base::Time now);
  /// The address leads to this node itself.
  void is_self(const AddressKey& key);

  /// The addresses of someone discouraged are not tried for kDiscouragedMs. Bootstrap addresses are
  /// the operator's word and stay: who answers there must prove to be someone better.
  void postpone(const std::optional<base::NodeId>& id, std::string_view host, base::Time now);

  /// Who is connected. `listens` (may be unknown): where by the same route.
  void connected(const std::optional<base::NodeId>& id, const std::optional<Endpoint>& listens,
                 Route route);
  void disconnected(const std::optional<base::NodeId>& id, const std::optional<Endpoint>& listens,
                    Route route);

  /// Whom the user sent away is not dialled.
  void part(const std::optional<base::NodeId>& id, const std::vector<Endpoint>& endpoints);
  /// It is welcome again.
  void reunite(const std::optional<base::NodeId>& id, const std::vector<Endpoint>& endpoints);
  [[nodiscard]] bool parted(const base::NodeId& id) const { return parted_.has(id); }

  /// Whether someone proved to be a full peer at this address before.
  [[nodiscard]] std::optional<base::NodeId> id_at(const AddressKey& key) const;
  [[nodiscard]] Source source_of(const AddressKey& key) const;
  [[nodiscard]] bool knows(const AddressKey& key) const;
  [[nodiscard]] const AddressBook& book() const { return book_; }

  /// For the peers file: those of the operator that worked, then the others that did, group by
  /// group in turn, at most kStoredPeersMax.
  [[nodiscard]] std::vector<StoredPeer> stored() const;
  /// The addresses of those connected outbound peers that are known longest, kAnchorsMax at most:
  /// who would be among them has to come early and stay.
  [[nodiscard]] std::vector<AddressKey> anchors() const;
  /// Direct addresses that worked lately, best first.
  [[nodiscard]] std::vector<KnownPeer> recently_good(base::Time now) const;

 private:
  using Entry = AddressBook::Entry;
  /// One for each Source (kStored: all that worked), and one for direct addresses of peers that are
  /// connected through Grenache only.
  static constexpr std::size_t kLanes = kSources + 1;
  static constexpr std::size_t kUpgradeLane = kSources;
  static constexpr std::size_t kTriedLane = static_cast<std::size_t>(Source::kStored);
  static constexpr std::uint8_t kNoLane = 255;
  struct Lane {
    std::uint64_t served = 0;  ///< number of the turn
    std::size_t dialling = 0;  ///< dials under way
    std::int64_t due_us = 0;   ///< nothing is due before
  };
  struct Connected {
    std::multiset<base::NodeId> ids;
    std::multiset<Endpoint> endpoints;
  };

  static std::size_t lane_of(const Address& address);
  static bool is_ordinary(const Address& address);
  [[nodiscard]] bool is_candidate(const Entry& entry) const;
  [[nodiscard]] std::int64_t ready_us(std::size_t lane, const Room& room) const;
  Entry* next_of(std::size_t lane, base::Time now);
  std::size_t next_lane(const Room& room, base::Time now) const;
  void take(Entry& entry, std::size_t lane);
  void release(Entry& entry);
  void arrived(Entry& entry, const std::optional<base::NodeId>& id, const std::string& name,
               base::Time now);
  void wait(Address& address, base::Time now);
  void due_from(const Entry& entry);
  void wake();
  void find_upgrades();
  Connected& connected_by(Route route) { return connected_[static_cast<std::size_t>(route)]; }
  [[nodiscard]] const Connected& connected_by(Route route) const {
    return connected_[static_cast<std::size_t>(route)];
  }

  Terms terms_;
  base::Random random_;
  AddressBook book_;
  GivenUp given_up_;
  std::array<Lane, kLanes> lanes_;
  std::uint64_t turns_ = 0;
  std::set<Endpoint> own_;
  std::array<Connected, 2> connected_;  ///< by route
  std::set<AddressKey> upgrades_;
  PartedPeers parted_;
  std::map<std::uint64_t, std::size_t> outbound_by_group_;
  std::size_t ordinary_in_use_ = 0;  ///< direct ones: dialling or open
  std::size_t ordinary_open_ = 0;
  std::int64_t short_since_us_ = 0;  ///< since when there are too few of them
  std::int64_t next_feeler_us_ = 0;
  std::int64_t asked_again_us_ = 0;
  std::size_t anchors_waiting_ = 0;  ///< not dialled yet
};

}  // namespace syrah::p2p
