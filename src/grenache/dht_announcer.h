#pragma once

// Announces services in the Grapes' DHT, so that the address which they store is the one that our
// datagrams come from. Plain BEP 5, except that the info-hash is the service's name as it is.
//
// 1. Client only: queries carry no node id, so nobody puts us into a routing table, nobody waits
//    for us once we are gone, and no query of others is answered.
// 2. Each address is asked for a token, then told the service, every 30 to 60 s: what is told
//    is stored nowhere else. Addresses heard of on the way are told too, up to kDhtAddressesMax.
// 3. A reply counts only from the address that was asked, with the number it was asked with. The
//    numbers cannot be guessed, even by those who were given others.
//
// A bad node of the DHT can name addresses that then get a few small datagrams a round from us, at
// most 16 of them, and give hints that cost one dial each.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "base/random.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "grenache/bencode.h"
#include "grenache/io.h"
#include "grenache/service_name.h"

namespace syrah::grenache {

/// The queries as datagrams.
std::string get_peers_query(std::string_view transaction, const Service& service);
std::string announce_query(std::string_view transaction, const Service& service,
                           std::string_view token);
/// `target`: 20 bytes.
std::string find_node_query(std::string_view transaction, std::string_view target);

/// Announcements with their outcome, each of one service at one address.
struct DhtCounts {
  std::uint64_t announces_ok = 0;
  std::uint64_t announces_failed = 0;
};

class DhtAnnouncer {
 public:
  /// `addresses`: UDP, with IPv4 addresses for hosts; others, and those beyond kDhtAddressesMax,
  /// are left out. The seed must be secret.
  DhtAnnouncer(std::vector<Service> services, const std::vector<base::Endpoint>& addresses,
               std::uint64_t random_seed);

  /// Announces now and then until stop().
  void start(base::Time now, Outputs& out);
  void stop() { running_ = false; }
  void tick(base::Time now, Outputs& out);
  /// While quiet it logs nothing: whoever says so has told already that Grapes are gone.
  void set_quiet(bool quiet) { quiet_ = quiet; }
  /// Another address to announce at, as those given at the beginning.
  void add_address(const base::Endpoint& address, base::Time now) { add(address, true, now); }
  /// A datagram that arrived, from whomever. Addresses that it names for a service are Found.
  void datagram(const base::Endpoint& from, std::string_view bytes, base::Time now, Outputs& out);
  [[nodiscard]] std::int64_t next_deadline_us() const;

  /// Addresses that stored a service the last time they were told.
  [[nodiscard]] std::size_t stored() const;
  /// Addresses that are told.
  [[nodiscard]] std::size_t known() const { return nodes_.size(); }
  /// Whether every service is stored somewhere.
  [[nodiscard]] bool announced() const;
  [[nodiscard]] const DhtCounts& counts() const { return counts_; }

 private:
  enum class Step : std::uint8_t {
    kResting,  ///< until the next round
    kAsking,   ///< get_peers was sent: waits for a token
    kStoring,  ///< announce_peer was sent
  };
  /// One service at one address.
  struct Talk {
    Step step = Step::kResting;
    std::string transaction;
    std::string query;  ///< what was sent last
    int sends = 0;
    std::int64_t due_us = 0;  ///< when to go on: next round, or no answer came
    bool tried = false;       ///< a round has ended, well or not
    bool stored = false;      ///< by the last round
  };
  struct Node {
    bool configured = false;
    std::size_t failures = 0;      ///< of talks, one after the other
    std::vector<Talk> talks;       ///< by the place in services_
    std::string find_transaction;  ///< of a find_node without a reply yet, else empty
  };

  void send(const base::Endpoint& to, Talk& talk, base::Time now, Outputs& out);
  void go_on(const base::Endpoint& to, Node& node, std::size_t service, base::Time now,
             Outputs& out);
  void take_peers(const base::Endpoint& from, Node& node, std::size_t service,
                  const BencodeValue& reply, base::Time now, Outputs& out);
  void finish(Node& node, Talk& talk, bool stored, base::Time now, Outputs& out);
  void learn(const base::Endpoint& teller, std::string_view nodes, base::Time now);
  void forget_dead();
  void tell_standing(bool stored, Outputs& out);
  void add(const base::Endpoint& address, bool configured, base::Time now);
  void find_nodes(const base::Endpoint& to, Node& node, Outputs& out);
  std::string next_transaction();
  crypto::Digest next_secret();

  std::vector<Service> services_;
  base::Random random_;
  std::array<std::uint8_t, 16> transaction_key_{};
  std::uint64_t transactions_ = 0;
  std::map<base::Endpoint, Node> nodes_;  ///< at most kDhtAddressesMax
  bool running_ = false;
  bool quiet_ = false;
  bool told_unheard_ = false;
  DhtCounts counts_;
};

}  // namespace syrah::grenache
