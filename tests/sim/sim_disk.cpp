#include "sim/sim_disk.h"

#include <algorithm>
#include <utility>

namespace syrah::sim {
namespace {

/// Transactions that share one sync at most.
constexpr std::size_t kSharedMax = 16;
constexpr std::int64_t kReadUsMin = 50;
constexpr std::int64_t kReadUsMax = 1500;

}  // namespace

SimDisk::SimDisk(const base::NodeId& owner, Scheduler& scheduler, DiskTerms terms,
                 std::uint64_t seed, Listener listener)
    : owner_(owner),
      scheduler_(scheduler),
      terms_(terms),
      random_(seed),
      listener_(std::move(listener)),
      journal_(owner) {}

void SimDisk::append(node::Transaction transaction) {
  waiting_.emplace_back(std::move(transaction));
  if (under_way_.empty()) begin_next();
}

void SimDisk::query(std::uint64_t query, node::JournalQuery question) {
  waiting_.emplace_back(Question{query, std::move(question)});
  if (under_way_.empty()) begin_next();
}

void SimDisk::begin_next() {
  if (waiting_.empty()) return;
  const bool writes = std::holds_alternative<node::Transaction>(waiting_.front());
  do {
    under_way_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  } while (writes && !waiting_.empty() && under_way_.size() < kSharedMax &&
           std::holds_alternative<node::Transaction>(waiting_.front()));
  std::int64_t lasts_us = writes ? random_.between(terms_.latency_us_min, terms_.latency_us_max)
                                 : random_.between(kReadUsMin, kReadUsMax);
  if (writes && random_.chance(terms_.stall_ppm))
    lasts_us += random_.between(0, terms_.stall_us_max);
  scheduler_.after(lasts_us, [this, boot = boot_] { finish(boot); });
}

void SimDisk::store(node::Transaction transaction) {
  journal_.apply(transaction);
  log_.push_back(std::move(transaction));
  listener_.stored(log_.back());
}

void SimDisk::finish(std::uint64_t boot) {
  if (boot != boot_) return;
  std::vector<Task> done = std::exchange(under_way_, {});
  std::uint64_t durable = 0;
  for (Task& task : done) {
    if (auto* transaction = std::get_if<node::Transaction>(&task)) {
      durable = transaction->id;
      store(std::move(*transaction));
    } else {
      const Question& question = std::get<Question>(task);
      listener_.answered(question.query, journal_.answer(question.question));
    }
    if (boot != boot_) return;  // the answer made the host crash
  }
  begin_next();
  if (durable != 0) listener_.durable(durable);
}

void SimDisk::crash() {
  ++boot_;
  waiting_.clear();
  std::vector<Task> torn = std::exchange(under_way_, {});
  const std::size_t written = random_.below(torn.size() + 1);
  for (std::size_t i = 0; i < written; ++i) {
    if (auto* transaction = std::get_if<node::Transaction>(&torn[i])) {
      store(std::move(*transaction));
    }
  }
}

void SimDisk::rebuild() {
  journal_ = StoredJournal(owner_);
  for (const node::Transaction& transaction : log_) journal_.apply(transaction);
}

void SimDisk::put_stale_copy(std::size_t transactions) {
  right_log_ = log_;
  log_.resize(std::min(transactions, log_.size()));
  rebuild();
}

void SimDisk::put_right_copy() {
  log_ = *std::exchange(right_log_, std::nullopt);
  rebuild();
}

}  // namespace syrah::sim
