#include "p2p/address_book.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "crypto/hash.h"
#include "p2p/ip_address.h"
#include "p2p/limits.h"

namespace syrah::p2p {
namespace {

using Table = Address::Table;

/// A node of the map with its colours and pointers, the allocator's word, and a bucket's pointer.
constexpr std::size_t kEntryBytes = sizeof(AddressBook::Entry) + 6 * sizeof(void*);

std::size_t heap_bytes(const std::string& text) {
  return text.capacity() <= std::string().capacity() ? 0 : text.capacity() + 2 * sizeof(void*);
}

std::size_t bytes_of(const AddressBook::Entry& entry) {
  const Owner* const owner = entry.second.owner.get();
  return kEntryBytes + heap_bytes(entry.first.endpoint.host) +
         (owner == nullptr ? 0 : sizeof(Owner) + 2 * sizeof(void*) + heap_bytes(owner->name));
}

std::ptrdiff_t count_of(const std::vector<AddressBook::Entry*>& bucket, std::uint64_t group) {
  return std::count_if(bucket.begin(), bucket.end(),
                       [&](const auto* entry) { return entry->second.group == group; });
}

void take_off(std::map<std::uint64_t, std::size_t>& counts, std::uint64_t key) {
  const auto found = counts.find(key);
  SYRAH_CHECK(found != counts.end(), "an address was not counted");
  if (--found->second == 0) counts.erase(found);
}

}  // namespace

AddressBook::AddressBook(std::uint64_t secret)
    : secret_(secret), random_(secret), fixed_(1), new_(kNewBuckets), tried_(kTriedBuckets) {}

/// Nobody without the secret can tell which texts meet.
std::uint64_t AddressBook::keyed(const std::string& text) const {
  std::array<std::uint8_t, 8> key{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    key[i] = static_cast<std::uint8_t>(secret_ >> (8 * i));
  }
  const crypto::Digest digest = crypto::sha256(key, text);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8U | digest[i];
  return number;
}

std::uint64_t AddressBook::group_number(const Endpoint& endpoint) const {
  return keyed(group_of(endpoint));
}

// ---- places ------------------------------------------------------------------------------------

std::vector<AddressBook::Bucket>& AddressBook::buckets(Table table) {
  return table == Table::kFixed ? fixed_ : table == Table::kNew ? new_ : tried_;
}

AddressBook::Bucket& AddressBook::bucket_of(Table table, std::uint64_t group) {
  std::vector<Bucket>& all = buckets(table);
  return all[group % all.size()];
}

AddressBook::Entry& AddressBook::insert(const AddressKey& key, Source source) {
  const auto [entry, added] = entries_.try_emplace(key);
  SYRAH_CHECK(added, "an address was added twice");
  entry->second.source = source;
  entry->second.group = group_number(key.endpoint);
  bytes_ += bytes_of(*entry);
  return *entry;
}

void AddressBook::place(Entry& entry, Table table) {
  Address& address = entry.second;
  address.table = table;
  bucket_of(table, address.group).push_back(&entry);
  if (table == Table::kNew) ++by_teller_[address.teller];
  if (table == Table::kTried) {
    ++tried_by_group_[address.group];
    ++tried_count_;
  }
}

void AddressBook::displace(Entry& entry) {
  const Address& address = entry.second;
  Bucket& bucket = bucket_of(address.table, address.group);
  bucket.erase(std::find(bucket.begin(), bucket.end(), &entry));
  if (address.table == Table::kNew) take_off(by_teller_, address.teller);
  if (address.table == Table::kTried) {
    take_off(tried_by_group_, address.group);
    --tried_count_;
  }
}

void AddressBook::remove(const AddressKey& key) {
  Entry* const entry = find(key);
  if (entry == nullptr) return;
  displace(*entry);
  forget_tests(key);
  bytes_ -= bytes_of(*entry);
  entries_.erase(key);
}

/// Room for one more among the new ones, in favour of those that have not failed and of groups with
/// fewer places.
bool AddressBook::make_place(Bucket& bucket, std::uint64_t group) {
  if (bucket.size() < kBucketPlaces && bytes_ < kBookBytesMax) return true;
  const std::ptrdiff_t own = count_of(bucket, group);
  const Entry* worst = nullptr;
  std::pair<std::uint32_t, std::ptrdiff_t> worst_by{0, own + 1};
  for (const Entry* entry : bucket) {
    if (entry->second.in_use) continue;
    const std::pair by(entry->second.failures, count_of(bucket, entry->second.group));
    if (by <= worst_by) continue;
    worst = entry;
    worst_by = by;
  }
  if (worst == nullptr) return false;
  remove(AddressKey(worst->first));
  return bytes_ < kBookBytesMax;
}

bool AddressBook::over_share(std::uint64_t group) const {
  const std::size_t own = tried_in(group);
  return own >= kTriedPerGroupMin && own * tried_by_group_.size() > tried_count_;
}

// ---- addresses come ----------------------------------------------------------------------------

Address& AddressBook::add_fixed(const AddressKey& key, Source source) {
  Entry* entry = find(key);
  if (entry == nullptr) {
    entry = &insert(key, source);
  } else {
    displace(*entry);
    forget_tests(key);
  }
  entry->second.source =
      std::min(source, entry->second.table == Table::kFixed ? entry->second.source : source);
  place(*entry, Table::kFixed);
  if (source == Source::kUser) limit_user_addresses();
  return entry->second;
}

void AddressBook::limit_user_addresses() {
  const auto is_user = [](const Entry* e) { return e->second.source == Source::kUser; };
  Bucket& bucket = fixed_.front();
  if (static_cast<std::size_t>(std::count_if(bucket.begin(), bucket.end(), is_user)) <=
      kUserAddressesMax) {
    return;
  }
  Entry* const oldest = *std::find_if(bucket.begin(), bucket.end(), is_user);
  if (oldest->second.in_use) return;
  remove(AddressKey(oldest->first));
}

Address* AddressBook::add_heard(const AddressKey& key, Source source, const std::string& teller) {
  if (key.endpoint.host.size() > kHeardHostBytesMax || find(key) != nullptr) return nullptr;
  const std::uint64_t teller_number = keyed(teller);
  const auto told = by_teller_.find(teller_number);
  if (told != by_teller_.end() && told->second >= kHeardPerTellerMax) return nullptr;
  const std::uint64_t group = group_number(key.endpoint);
  if (!make_place(bucket_of(Table::kNew, group), group)) return nullptr;
  Entry& entry = insert(key, source);
  entry.second.teller = teller_number;
  place(entry, Table::kNew);
  return &entry.second;
}

Address* AddressBook::add_tried(const AddressKey& key, Source source) {
  if (Entry* const known = find(key)) return &known->second;
  const std::uint64_t group = group_number(key.endpoint);
  if (bucket_of(Table::kTried, group).size() >= kBucketPlaces || bytes_ >= kBookBytesMax) {
    return nullptr;
  }
  Entry& entry = insert(key, source);
  place(entry, Table::kTried);
  return &entry.second;
}

void AddressBook::set_owner(Entry& entry, Owner owner) {
  bytes_ -= bytes_of(entry);
  entry.second.owner = std::make_unique<Owner>(std::move(owner));
  bytes_ += bytes_of(entry);
}

// ---- tried -------------------------------------------------------------------------------------

void AddressBook::worked(Entry& entry) {
  Address& address = entry.second;
  if (address.table != Table::kNew || over_share(address.group)) return;
  const Bucket& bucket = bucket_of(Table::kTried, address.group);
  if (bucket.size() < kBucketPlaces) {
    displace(entry);
    place(entry, Table::kTried);
    return;
  }
  if (tests_.size() >= kPlaceTestsMax) return;
  const auto last_success = [](const Entry* e) {
    return e->second.owner ? e->second.owner->last_success_ms : 0;
  };
  const Entry* oldest = nullptr;
  for (const Entry* held : bucket) {
    if (held->second.in_use) continue;
    if (oldest == nullptr || last_success(held) < last_success(oldest)) oldest = held;
  }
  if (oldest != nullptr) tests_.push_back({oldest->first, entry.first});
}

bool AddressBook::failed_test(const AddressKey& key) {
  const auto test = std::find_if(tests_.begin(), tests_.end(),
                                 [&](const PlaceTest& each) { return each.holder == key; });
  if (test == tests_.end()) return false;
  const AddressKey waiting = test->waiting;
  remove(AddressKey(key));
  if (Entry* const entry = find(waiting)) worked(*entry);
  return true;
}

std::optional<AddressKey> AddressBook::next_test() const {
  return tests_.empty() ? std::nullopt : std::optional(tests_.front().holder);
}

void AddressBook::forget_tests(const AddressKey& key) {
  std::erase_if(tests_,
                [&](const PlaceTest& test) { return test.holder == key || test.waiting == key; });
}

// ---- questions ---------------------------------------------------------------------------------

AddressBook::Entry* AddressBook::find(const AddressKey& key) {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &*found;
}

const AddressBook::Entry* AddressBook::find(const AddressKey& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &*found;
}

std::size_t AddressBook::size(Table table) const {
  if (table == Table::kTried) return tried_count_;
  if (table == Table::kFixed) return fixed_.front().size();
  return entries_.size() - tried_count_ - fixed_.front().size();
}

std::size_t AddressBook::tried_in(std::uint64_t group) const {
  const auto found = tried_by_group_.find(group);
  return found == tried_by_group_.end() ? 0 : found->second;
}

AddressBook::Entry* AddressBook::pick(Table table, const Fitness& fitness) {
  const std::vector<Bucket>& all = buckets(table);
  // Every bucket once, in an order that favours none: their number is a power of two.
  const std::uint64_t start = random_.below(all.size());
  const std::uint64_t stride = 2 * random_.below(all.size()) + 1;
  const Bucket* chosen = nullptr;
  std::uint32_t best = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Bucket& bucket = all[(start + i * stride) % all.size()];
    for (const Entry* entry : bucket) {
      const std::optional<std::uint32_t> fit = fitness(*entry);
      if (!fit || (chosen != nullptr && *fit >= best)) continue;
      chosen = &bucket;
      best = *fit;
    }
    if (chosen != nullptr && best == 0) break;
  }
  return chosen == nullptr ? nullptr : pick_in(*chosen, fitness, best);
}

AddressBook::Entry* AddressBook::pick_in(const Bucket& bucket, const Fitness& fitness,
                                         std::uint32_t best) {
  std::vector<Entry*> fit;
  for (Entry* entry : bucket) {
    if (fitness(*entry) == best) fit.push_back(entry);
  }
  std::vector<std::uint64_t> groups;
  groups.reserve(fit.size());
  for (const Entry* entry : fit) groups.push_back(entry->second.group);
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  const std::uint64_t group = groups[random_.below(groups.size())];
  std::erase_if(fit, [&](const Entry* entry) { return entry->second.group != group; });
  return fit[random_.below(fit.size())];
}

}  // namespace syrah::p2p
