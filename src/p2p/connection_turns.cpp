#include <algorithm>
#include <utility>

#include "p2p/connection_policy.h"
#include "p2p/limits.h"

namespace syrah::p2p {
namespace {

using Table = Address::Table;

/// Lanes of what strangers say.
bool is_heard(std::size_t lane) {
  return lane >= static_cast<std::size_t>(Source::kMdns) && lane < kSources;
}

}  // namespace

// ---- candidates --------------------------------------------------------------------------------

std::size_t ConnectionPolicy::lane_of(const Address& address) {
  return address.table == Table::kTried ? kTriedLane : static_cast<std::size_t>(address.source);
}

bool ConnectionPolicy::is_ordinary(const Address& address) {
  return address.table != Table::kFixed;
}

/// Whether it may be dialled at all, now or later.
bool ConnectionPolicy::is_candidate(const Entry& entry) const {
  const auto& [key, address] = entry;
  if (address.in_use || own_.contains(key.endpoint) || parted_.has(key.endpoint)) return false;
  const bool direct = key.route == Route::kDirect;
  if (!(direct ? terms_.direct : terms_.grenache)) return false;
  if (connected_by(key.route).endpoints.contains(key.endpoint)) return false;
  if (!address.owner || !address.owner->id) return true;
  // What somebody says of a direct address is no reason to leave it alone.
  if (direct && !address.owner->proved) return true;
  const base::NodeId& id = *address.owner->id;
  if (parted_.has(id) || connected_by(Route::kDirect).ids.contains(id)) return false;
  return direct || !connected_by(Route::kGrenache).ids.contains(id);
}

// ---- turns -------------------------------------------------------------------------------------

/// When the lane may have its next turn.
std::int64_t ConnectionPolicy::ready_us(std::size_t lane, const Room& room) const {
  const Lane& state = lanes_[lane];
  if (state.dialling >= kDialsPerLaneMax) return base::kNeverUs;
  if (lane == kUpgradeLane) return upgrades_.empty() ? base::kNeverUs : state.due_us;
  if (room.peers == 0) return base::kNeverUs;
  const bool ordinary = lane == kTriedLane || is_heard(lane);
  if (ordinary && ordinary_in_use_ >= room.outbound) return base::kNeverUs;
  if (!is_heard(lane) || lanes_[kTriedLane].due_us == base::kNeverUs) return state.due_us;
  return std::max(state.due_us, short_since_us_ + kHeadStartMs * base::kUsPerMs);
}

/// The lane that has waited longest of those that are ready; kLanes: none is.
std::size_t ConnectionPolicy::next_lane(const Room& room, base::Time now) const {
  std::size_t next = kLanes;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (ready_us(lane, room) > now.steady_us) continue;
    if (next == kLanes || lanes_[lane].served < lanes_[next].served) next = lane;
  }
  return next;
}

/// One of the lane's addresses that are due. If there is none, notes when there will be.
AddressBook::Entry* ConnectionPolicy::next_of(std::size_t lane, base::Time now) {
  std::int64_t due_us = base::kNeverUs;
  const auto fitness = [&](const Entry& entry) -> std::optional<std::uint32_t> {
    const Address& address = entry.second;
    if (lane != kUpgradeLane && lane_of(address) != lane) return std::nullopt;
    if (!is_candidate(entry)) return std::nullopt;
    if (address.next_us > now.steady_us) {
      due_us = std::min(due_us, address.next_us);
      return std::nullopt;
    }
    // The last run's best first, then groups that are not connected yet, then what has not failed.
    const std::uint32_t later = address.anchor || !anchors_waiting_ ? 0 : 1;
    const auto crowd = outbound_by_group_.find(address.group);
    const std::size_t near = crowd == outbound_by_group_.end() ? 0 : crowd->second;
    return later + 2 * std::min<std::uint32_t>(address.failures, 99) +
           static_cast<std::uint32_t>(1'000 * std::min<std::size_t>(near, 1'000));
  };
  Entry* found = nullptr;
  if (lane == kUpgradeLane) {
    for (const AddressKey& key : upgrades_) {
      Entry* const entry = book_.find(key);
      if (found == nullptr && entry != nullptr && fitness(*entry)) found = entry;
    }
  } else if (lane == kTriedLane) {
    found = book_.pick(Table::kTried, fitness);
  } else {
    found = book_.pick(is_heard(lane) ? Table::kNew : Table::kFixed, fitness);
  }
  if (found == nullptr) lanes_[lane].due_us = due_us;
  return found;
}

std::vector<AddressKey> ConnectionPolicy::take_due(const Room& room, base::Time now) {
  std::vector<AddressKey> taken;
  Room left = room;
  for (;;) {
    const std::size_t lane = next_lane(left, now);
    if (lane == kLanes) return taken;
    Entry* const entry = next_of(lane, now);
    if (entry == nullptr) continue;
    lanes_[lane].served = ++turns_;
    take(*entry, lane);
    if (left.peers > 0) --left.peers;
    taken.push_back(entry->first);
  }
}

std::int64_t ConnectionPolicy::next_due_us(const Room& room) const {
  std::int64_t next = ordinary_open_ >= room.outbound ? next_feeler_us_ : base::kNeverUs;
  for (std::size_t lane = 0; lane < kLanes; ++lane) next = std::min(next, ready_us(lane, room));
  return next;
}

std::optional<AddressKey> ConnectionPolicy::take_feeler(std::size_t outbound, base::Time now) {
  if (ordinary_open_ < outbound || now.steady_us < next_feeler_us_) return std::nullopt;
  const std::int64_t jitter_ms = kFeelerMs * kRetryJitterPercent / 100;
  next_feeler_us_ = now.steady_us +
                    random_.between(kFeelerMs - jitter_ms, kFeelerMs + jitter_ms) * base::kUsPerMs;
  Entry* entry = nullptr;
  if (const auto test = book_.next_test()) entry = book_.find(*test);
  if (entry == nullptr || !is_candidate(*entry)) {
    entry = book_.pick(Table::kNew, [&](const Entry& each) -> std::optional<std::uint32_t> {
      const bool due = each.second.next_us <= now.steady_us;
      if (each.first.route != Route::kDirect || !due || !is_candidate(each)) return std::nullopt;
      return static_cast<std::uint32_t>(book_.tried_in(each.second.group));
    });
  }
  if (entry == nullptr) return std::nullopt;
  take(*entry, kNoLane);
  return entry->first;
}

void ConnectionPolicy::take(Entry& entry, std::size_t lane) {
  Address& address = entry.second;
  address.in_use = true;
  address.dialling = true;
  address.lane = static_cast<std::uint8_t>(lane);
  if (address.anchor) --anchors_waiting_;
  address.anchor = false;
  if (lane == kNoLane) return;
  ++lanes_[lane].dialling;
  address.counted =
      is_ordinary(address) && entry.first.route == Route::kDirect && lane != kUpgradeLane;
  if (!address.counted) return;
  ++ordinary_in_use_;
  ++outbound_by_group_[address.group];
}

/// It is not in use any more.
void ConnectionPolicy::release(Entry& entry) {
  Address& address = entry.second;
  if (address.dialling && address.lane != kNoLane) --lanes_[address.lane].dialling;
  if (address.counted) {
    --ordinary_in_use_;
    const auto group = outbound_by_group_.find(address.group);
    if (--group->second == 0) outbound_by_group_.erase(group);
  }
  address.in_use = address.dialling = address.counted = false;
}

void ConnectionPolicy::due_from(const Entry& entry) {
  Lane& lane = lanes_[lane_of(entry.second)];
  lane.due_us = std::min(lane.due_us, entry.second.next_us);
  if (upgrades_.contains(entry.first)) {
    Lane& upgrade = lanes_[kUpgradeLane];
    upgrade.due_us = std::min(upgrade.due_us, entry.second.next_us);
  }
}

/// Addresses that were left alone may be candidates again.
void ConnectionPolicy::wake() {
  for (Lane& lane : lanes_) lane.due_us = 0;
}

// ---- questions ---------------------------------------------------------------------------------

bool ConnectionPolicy::knows(const AddressKey& key) const { return book_.find(key) != nullptr; }

std::optional<base::NodeId> ConnectionPolicy::id_at(const AddressKey& key) const {
  const Entry* const entry = book_.find(key);
  if (entry == nullptr || !entry->second.worked()) return std::nullopt;
  return entry->second.owner->id;
}

Source ConnectionPolicy::source_of(const AddressKey& key) const {
  const Entry* const entry = book_.find(key);
  return entry == nullptr ? Source::kUser : entry->second.source;
}

std::vector<StoredPeer> ConnectionPolicy::stored() const {
  std::vector<const Entry*> worked;
  for (const Entry& entry : book_.entries()) {
    const bool good = entry.second.worked() && entry.second.owner->last_success_ms != 0;
    if (good && !own_.contains(entry.first.endpoint)) worked.push_back(&entry);
  }
  std::stable_sort(worked.begin(), worked.end(), [](const Entry* a, const Entry* b) {
    return a->second.owner->last_success_ms > b->second.owner->last_success_ms;
  });
  // The n-th of each group before the n+1-th of any, so that the file shows all parts of the net.
  std::map<std::uint64_t, std::size_t> of_group;
  std::vector<std::pair<std::size_t, const Entry*>> ranked;
  for (const Entry* entry : worked) {
    const bool fixed = entry->second.table == Table::kFixed;
    ranked.emplace_back(fixed ? 0 : ++of_group[entry->second.group], entry);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (ranked.size() > kStoredPeersMax) ranked.resize(kStoredPeersMax);
  std::vector<StoredPeer> peers;
  for (const auto& [rank, entry] : ranked) {
    const auto& [key, address] = *entry;
    peers.push_back({key.endpoint, address.owner->id, address.owner->name,
                     std::string(to_text(address.source)), address.owner->last_success_ms,
                     address.failures, key.route, false, address.owner->since_ms});
  }
  return peers;
}

std::vector<AddressKey> ConnectionPolicy::anchors() const {
  std::vector<std::pair<std::int64_t, AddressKey>> open;
  for (const auto& [key, address] : book_.entries()) {
    if (!address.in_use || address.dialling || key.route != Route::kDirect) continue;
    if (address.worked()) open.emplace_back(address.owner->since_ms, key);
  }
  std::sort(open.begin(), open.end());
  if (open.size() > kAnchorsMax) open.resize(kAnchorsMax);
  std::vector<AddressKey> keys;
  keys.reserve(open.size());
  for (auto& [since, key] : open) keys.push_back(std::move(key));
  return keys;
}

std::vector<KnownPeer> ConnectionPolicy::recently_good(base::Time now) const {
  std::vector<std::pair<std::int64_t, KnownPeer>> good;
  for (const auto& [key, address] : book_.entries()) {
    if (key.route != Route::kDirect || own_.contains(key.endpoint) || !address.worked()) continue;
    const std::int64_t success_ms = address.owner->last_success_ms;
    if (success_ms == 0 || now.wall_ms() - success_ms > kRecentlyGoodMs) continue;
    good.emplace_back(success_ms, KnownPeer{address.owner->name, address.owner->id, key.endpoint});
  }
  std::stable_sort(good.begin(), good.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<KnownPeer> peers;
  peers.reserve(good.size());
  for (auto& [success, peer] : good) peers.push_back(std::move(peer));
  return peers;
}

}  // namespace syrah::p2p
