#include "p2p/misbehavior.h"

#include <algorithm>
#include <utility>

#include "p2p/ip_address.h"
#include "p2p/limits.h"

namespace syrah::p2p {

template <class Key>
void Misbehavior::remember(std::map<Key, Until>& until, const Key& key, Until end) {
  if (until.size() >= kDiscouragedMax && !until.contains(key)) {
    until.erase(std::min_element(until.begin(), until.end(), [](const auto& a, const auto& b) {
      return a.second.steady_us < b.second.steady_us;
    }));
  }
  until[key] = end;
}

template <class Key>
std::vector<std::pair<Key, Misbehavior::Until>> Misbehavior::latest(
    const std::map<Key, Until>& until) {
  std::vector<std::pair<Key, Until>> all(until.begin(), until.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.second.steady_us > b.second.steady_us;
  });
  if (all.size() > kDiscouragedStoredMax) all.resize(kDiscouragedStoredMax);
  return all;
}

void Misbehavior::discourage(const std::optional<base::NodeId>& proved_id, std::string_view host,
                             base::Time now) {
  const Until end{now.steady_us + kDiscouragedMs * base::kUsPerMs, now.wall_ms() + kDiscouragedMs};
  if (proved_id) remember(until_by_id_, *proved_id, end);
  if (range_of(host) == HostRange::kPublic) remember(until_by_party_, party_of(host), end);
}

void Misbehavior::forgive(const std::optional<base::NodeId>& id, std::string_view host) {
  if (id) until_by_id_.erase(*id);
  until_by_party_.erase(party_of(host));
}

bool Misbehavior::is_discouraged(const base::NodeId& id, std::int64_t now_us) const {
  const auto found = until_by_id_.find(id);
  return found != until_by_id_.end() && found->second.steady_us > now_us;
}

bool Misbehavior::is_discouraged(std::string_view host, std::int64_t now_us) const {
  const auto found = until_by_party_.find(party_of(host));
  return found != until_by_party_.end() && found->second.steady_us > now_us;
}

std::vector<StoredDiscouraged> Misbehavior::stored() const {
  std::vector<StoredDiscouraged> all;
  for (const auto& [id, until] : latest(until_by_id_)) all.push_back({id, {}, until.wall_ms});
  for (const auto& [party, until] : latest(until_by_party_)) {
    all.push_back({std::nullopt, party, until.wall_ms});
  }
  return all;
}

void Misbehavior::restore(const std::vector<StoredDiscouraged>& stored, base::Time now) {
  for (const StoredDiscouraged& one : stored) {
    const std::int64_t left_ms = std::min(one.until_ms - now.wall_ms(), kDiscouragedMs);
    if (left_ms <= 0) continue;
    const Until end{now.steady_us + left_ms * base::kUsPerMs, now.wall_ms() + left_ms};
    if (one.id) {
      remember(until_by_id_, *one.id, end);
    } else {
      remember(until_by_party_, one.party, end);
    }
  }
}

}  // namespace syrah::p2p
