#include "p2p/catch_up.h"

#include <algorithm>

#include "base/check.h"
#include "base/time.h"
#include "p2p/sync_limits.h"

namespace syrah::p2p {
namespace {

std::int64_t pause_ms(std::uint32_t failures) {
  if (failures < kPromptFailures) return 0;
  const std::uint32_t doublings = std::min(failures - kPromptFailures, 10U);
  return std::min(kFailureWaitMinMs << doublings, kFailureWaitMaxMs);
}

}  // namespace

void CatchUp::want(const base::NodeId& home, ConnectionId hint) {
  Want& want = wants_[home];
  want.hint = hint;
  if (want.no_source) {
    want.no_source = false;
    want.ask_after_us = 0;
  }
}

void CatchUp::content(const base::NodeId& home) {
  wants_.erase(home);
  questions_.erase(home);
}

bool CatchUp::full() const { return questions_.size() >= kRequestsMax; }

std::vector<std::pair<base::NodeId, CatchUp::Want>> CatchUp::due(std::int64_t now_us) const {
  std::vector<std::pair<base::NodeId, Want>> homes;
  if (wants_.empty() || full()) return homes;
  const auto add = [&](const auto& entry) {
    if (entry.second.ask_after_us <= now_us && !questions_.contains(entry.first)) {
      homes.push_back(entry);
    }
  };
  const auto middle = wants_.upper_bound(last_asked_);
  std::for_each(middle, wants_.end(), add);
  std::for_each(wants_.begin(), middle, add);
  return homes;
}

void CatchUp::asked(const base::NodeId& home, ConnectionId peer, std::int64_t now_us) {
  SYRAH_CHECK(!full() && !questions_.contains(home), "one question too many");
  Question question;
  question.peer = peer;
  question.deadline_us = now_us + kRangeTimeoutMs * base::kUsPerMs;
  questions_.emplace(home, std::move(question));
  last_asked_ = home;
}

const CatchUp::Question* CatchUp::find(const base::NodeId& home) const {
  const auto found = questions_.find(home);
  return found == questions_.end() ? nullptr : &found->second;
}

bool CatchUp::begin_assembly(const base::NodeId& home, SnapshotAssembly assembly,
                             std::int64_t now_us) {
  Question& question = questions_.at(home);
  const auto assembling = std::count_if(
      questions_.begin(), questions_.end(),
      [&](const auto& entry) { return entry.second.assembly.has_value() && entry.first != home; });
  if (static_cast<std::size_t>(assembling) >= kAssembliesMax) return false;
  question.assembly = std::move(assembly);
  question.deadline_us = now_us + kPageTimeoutMs * base::kUsPerMs;
  return true;
}

base::Status CatchUp::add_page(const base::NodeId& home, const SnapshotPage& page,
                               std::int64_t now_us) {
  Question& question = questions_.at(home);
  SYRAH_CHECK(question.assembly.has_value(), "a page without an offer");
  question.deadline_us = now_us + kPageTimeoutMs * base::kUsPerMs;
  return question.assembly->add(page);
}

std::string CatchUp::take_text(const base::NodeId& home) {
  Question& question = questions_.at(home);
  SYRAH_CHECK(question.assembly.has_value() && question.assembly->whole(), "pages are missing");
  question.deadline_us = base::kNeverUs;
  return question.assembly->take_text();
}

void CatchUp::answered(const base::NodeId& home) {
  questions_.erase(home);
  const auto found = wants_.find(home);
  if (found == wants_.end()) return;
  const ConnectionId hint = found->second.hint;
  found->second = Want{};
  found->second.hint = hint;
}

void CatchUp::failed(const base::NodeId& home, std::int64_t now_us) {
  const auto question = questions_.find(home);
  const ConnectionId peer = question == questions_.end() ? 0 : question->second.peer;
  if (question != questions_.end()) questions_.erase(question);
  const auto found = wants_.find(home);
  if (found == wants_.end()) return;
  Want& want = found->second;
  want.avoid = peer;
  want.hint = 0;
  want.failures = std::min(want.failures + 1, 100U);
  want.ask_after_us = now_us + pause_ms(want.failures) * base::kUsPerMs;
}

void CatchUp::postpone(const base::NodeId& home, std::int64_t now_us) {
  questions_.erase(home);
  const auto found = wants_.find(home);
  if (found == wants_.end()) return;
  found->second.no_source = true;
  found->second.ask_after_us = now_us + kFailureWaitMinMs * base::kUsPerMs;
}

std::vector<std::pair<base::NodeId, ConnectionId>> CatchUp::expired(std::int64_t now_us) const {
  std::vector<std::pair<base::NodeId, ConnectionId>> late;
  for (const auto& [home, question] : questions_) {
    if (question.deadline_us <= now_us) late.emplace_back(home, question.peer);
  }
  return late;
}

void CatchUp::forget_peer(ConnectionId peer) {
  std::erase_if(questions_, [&](const auto& entry) { return entry.second.peer == peer; });
  for (auto& [home, want] : wants_) {
    if (want.hint == peer) want.hint = 0;
    if (want.avoid == peer) want.avoid = 0;
  }
}

std::int64_t CatchUp::next_deadline_us() const {
  std::int64_t next = base::kNeverUs;
  for (const auto& [home, question] : questions_) next = std::min(next, question.deadline_us);
  if (full()) return next;
  for (const auto& [home, want] : wants_) {
    if (!questions_.contains(home)) next = std::min(next, want.ask_after_us);
  }
  return next;
}

}  // namespace syrah::p2p
