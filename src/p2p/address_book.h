#pragma once

// Where peers might be. What strangers tell is kept apart from what worked, and nobody can make
// this node forget, by telling much, what it knows:
//
//  1. Three tables. Fixed: the operator's addresses; they never give way. Tried: a session was
//     opened there. New: heard of.
//  2. Addresses of one group (group_of: a /16) are in one bucket of a table. Which one depends on a
//     secret, so nobody knows whose place an invented address would take. However many addresses
//     of a group are told, by however many tellers, the group has one bucket's chance to be picked.
//  3. A full bucket of new addresses takes another only from one that failed, or from a group that
//     has more places there than the newcomer's.
//  4. A tried address gives way only after a test shows that it does not answer; and a group above
//     kTriedPerGroupMin gets no more places among them than groups have on average.
//  5. A pick is uniform over buckets, then over groups: who owns a tenth of the groups is a tenth
//     of the picks, not more. Tests of new addresses begin with the groups of which fewest worked.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/random.h"
#include "p2p/connection_id.h"
#include "p2p/route.h"
#include "p2p/source.h"

namespace syrah::p2p {

/// An address by one route. The same endpoint by another route is another address.
struct AddressKey {
  Endpoint endpoint;
  Route route = Route::kDirect;

  auto operator<=>(const AddressKey&) const = default;
};

/// Who is or is said to be at an address.
struct Owner {
  std::optional<base::NodeId> id;  ///< absent: a basic peer, or unknown
  bool proved = false;             ///< a session was opened there
  std::string name;
  std::int64_t last_success_ms = 0;  ///< wall clock
  std::int64_t since_ms = 0;         ///< of the first success
};

struct Address {
  enum class Table : std::uint8_t { kFixed, kNew, kTried };

  Source source = Source::kExchange;
  Table table = Table::kNew;
  std::uint8_t lane = 0;  ///< while dialling: whose slot it has (ConnectionPolicy)
  bool in_use = false;    ///< being dialled, or connected
  bool dialling = false;  ///< not connected yet
  bool counted = false;   ///< as one of the outbound connections
  bool anchor = false;    ///< an outbound peer of the last run
  std::uint32_t failures = 0;
  std::uint64_t group = 0;
  std::uint64_t teller = 0;
  std::int64_t next_us = 0;
  std::unique_ptr<Owner> owner;

  [[nodiscard]] bool worked() const { return owner && owner->proved; }
};

class AddressBook {
 public:
  using Entries = std::map<AddressKey, Address>;
  using Entry = Entries::value_type;

  explicit AddressBook(std::uint64_t secret);

  /// The operator's. Those of kUser are bounded: beyond, the oldest is forgotten.
  Address& add_fixed(const AddressKey& key, Source source);
  /// Heard from `teller` (any text; those with the same text share kHeardPerTellerMax places).
  /// Nothing if it is known already or there is no place for it.
  Address* add_heard(const AddressKey& key, Source source, const std::string& teller);
  /// Worked in an earlier run. Nothing if there is no place.
  Address* add_tried(const AddressKey& key, Source source);

  /// A session was opened there: moves it to the tried ones if there is a place. If its bucket is
  /// full, one of that is to be tested: see next_test().
  void worked(Entry& entry);
  /// It does not answer. If another waits for its place, it loses it, and true is returned.
  bool failed_test(const AddressKey& key);
  /// It answered: who waited for its place stays a new one.
  void passed_test(const AddressKey& key) { forget_tests(key); }
  /// A tried address to be tested next, if there is one.
  [[nodiscard]] std::optional<AddressKey> next_test() const;

  /// Says whose it is or may be.
  void set_owner(Entry& entry, Owner owner);
  void remove(const AddressKey& key);
  Entry* find(const AddressKey& key);
  [[nodiscard]] const Entry* find(const AddressKey& key) const;
  [[nodiscard]] const Entries& entries() const { return entries_; }
  /// The same to be changed; not its tables and groups.
  Entries& entries() { return entries_; }

  /// How well an entry suits: nothing if not at all, else small numbers are better.
  using Fitness = std::function<std::optional<std::uint32_t>(const Entry&)>;
  /// One of the best of the table, by chance: uniform over buckets, then groups.
  Entry* pick(Address::Table table, const Fitness& fitness);

  /// The group of an endpoint as a number that means nothing without the secret.
  [[nodiscard]] std::uint64_t group_number(const Endpoint& endpoint) const;
  [[nodiscard]] std::size_t size(Address::Table table) const;
  [[nodiscard]] std::size_t tried_in(std::uint64_t group) const;
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  using Bucket = std::vector<Entry*>;
  struct PlaceTest {
    AddressKey holder;
    AddressKey waiting;
  };

  [[nodiscard]] std::uint64_t keyed(const std::string& text) const;
  std::vector<Bucket>& buckets(Address::Table table);
  Bucket& bucket_of(Address::Table table, std::uint64_t group);
  Entry& insert(const AddressKey& key, Source source);
  void place(Entry& entry, Address::Table table);
  void displace(Entry& entry);
  bool make_place(Bucket& bucket, std::uint64_t group);
  [[nodiscard]] bool over_share(std::uint64_t group) const;
  void limit_user_addresses();
  Entry* pick_in(const Bucket& bucket, const Fitness& fitness, std::uint32_t best);
  void forget_tests(const AddressKey& key);

  std::uint64_t secret_;
  base::Random random_;
  Entries entries_;
  std::vector<Bucket> fixed_;  ///< one bucket
  std::vector<Bucket> new_;
  std::vector<Bucket> tried_;
  std::map<std::uint64_t, std::size_t> by_teller_;       ///< new addresses
  std::map<std::uint64_t, std::size_t> tried_by_group_;  ///< tried addresses
  std::size_t tried_count_ = 0;
  std::deque<PlaceTest> tests_;
  std::size_t bytes_ = 0;
};

}  // namespace syrah::p2p
