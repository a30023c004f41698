#include "p2p/misbehavior.h"

#include <algorithm>

#include "base/time.h"
#include "p2p/ip_address.h"
#include "p2p/limits.h"

namespace syrah::p2p {
namespace {

template <class Key>
void remember(std::map<Key, std::int64_t>& until, const Key& key, std::int64_t now_us) {
  if (until.size() >= kDiscouragedMax && !until.contains(key)) {
    until.erase(std::min_element(until.begin(), until.end(),
                                 [](const auto& a, const auto& b) { return a.second < b.second; }));
  }
  until[key] = now_us + kDiscouragedMs * base::kUsPerMs;
}

template <class Key>
bool holds(const std::map<Key, std::int64_t>& until, const Key& key, std::int64_t now_us) {
  const auto found = until.find(key);
  return found != until.end() && found->second > now_us;
}

}  // namespace

void Misbehavior::discourage(const std::optional<base::NodeId>& proved_id, std::string_view host,
                             std::int64_t now_us) {
  if (proved_id) remember(until_by_id_, *proved_id, now_us);
  if (range_of(host) == HostRange::kPublic) remember(until_by_party_, party_of(host), now_us);
}

void Misbehavior::forgive(const std::optional<base::NodeId>& id, std::string_view host) {
  if (id) until_by_id_.erase(*id);
  until_by_party_.erase(party_of(host));
}

bool Misbehavior::is_discouraged(const base::NodeId& id, std::int64_t now_us) const {
  return holds(until_by_id_, id, now_us);
}

bool Misbehavior::is_discouraged(std::string_view host, std::int64_t now_us) const {
  return holds(until_by_party_, party_of(host), now_us);
}

}  // namespace syrah::p2p
