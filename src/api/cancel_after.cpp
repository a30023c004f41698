#include "api/cancel_after.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace syrah::api {

bool CancelAfter::set(const SwitchRecord& who, std::int64_t seconds, base::Time now) {
  const base::Time due{now.steady_us + seconds * base::kUsPerSecond,
                       now.wall_us + seconds * base::kUsPerSecond};
  return switches_.insert_or_assign(who.key, Switch{who.account, due}).second;
}

bool CancelAfter::end(const std::string& key) { return switches_.erase(key) > 0; }

std::optional<base::Time> CancelAfter::due(const std::string& key) const {
  const auto found = switches_.find(key);
  if (found == switches_.end()) return std::nullopt;
  return found->second.due;
}

bool CancelAfter::watch(std::uint64_t connection, const SwitchRecord& who) {
  return watches_.emplace(connection, who).second;
}

std::optional<SwitchRecord> CancelAfter::connection_ended(std::uint64_t connection) {
  const auto found = watches_.find(connection);
  if (found == watches_.end()) return std::nullopt;
  SwitchRecord who = std::move(found->second);
  watches_.erase(found);
  return who;
}

std::vector<SwitchRecord> CancelAfter::expire(base::Time now) {
  std::vector<SwitchRecord> expired;
  for (auto entry = switches_.begin(); entry != switches_.end();) {
    const auto& [key, state] = *entry;
    if (state.due.steady_us > now.steady_us) {
      ++entry;
      continue;
    }
    expired.push_back({key, state.account});
    entry = switches_.erase(entry);
  }
  return expired;
}

std::int64_t CancelAfter::next_deadline_us() const {
  std::int64_t deadline = std::numeric_limits<std::int64_t>::max();
  for (const auto& [key, state] : switches_) deadline = std::min(deadline, state.due.steady_us);
  return deadline;
}

std::vector<SwitchRecord> CancelAfter::records() const {
  std::vector<SwitchRecord> records;
  for (const auto& [key, state] : switches_) records.push_back({key, state.account});
  for (const auto& [connection, who] : watches_) records.push_back(who);
  const auto order = [](const SwitchRecord& a, const SwitchRecord& b) {
    return std::tie(a.key, a.account) < std::tie(b.key, b.account);
  };
  std::sort(records.begin(), records.end(), order);
  records.erase(std::unique(records.begin(), records.end()), records.end());
  return records;
}

}  // namespace syrah::api
