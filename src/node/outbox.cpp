#include "node/outbox.h"

#include <iterator>
#include <utility>

#include "feed/limits.h"

namespace syrah::node {

namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// The entries of one batch: as many as fit, none after a checkpoint.
struct Portion {
  feed::Entries::Joiner entries;
  std::size_t bytes = 0;
  bool urgent = false;
  std::set<base::NodeId> awaited_by;
  bool closed = false;

  [[nodiscard]] bool takes(const exchange::OwnEntry& entry) const {
    return !closed && entries.size() < feed::kBatchEntriesMax &&
           bytes + entry.text.size() <= feed::kBatchBytesMax;
  }
  void add(const exchange::OwnEntry& entry) {
    bytes += entry.text.size();
    urgent = urgent || entry.urgent;
    if (entry.awaited_by) awaited_by.insert(*entry.awaited_by);
    closed = entry.checkpoint;
    entries.add(entry.seq, entry.time, entry.text);
  }
};

}  // namespace

Outbox::Outbox(std::uint64_t last_transaction, bool unsafe)
    : unsafe_(unsafe), last_(last_transaction) {}

bool Outbox::empty() const { return entries_.empty() && next_.empty(); }

void Outbox::keep(std::vector<exchange::OwnEntry> entries) { append(entries_, std::move(entries)); }
void Outbox::keep(feed::Batch others_batch) { next_.batches.push_back(std::move(others_batch)); }
void Outbox::keep(std::vector<exchange::Fact> facts) { append(next_.facts, std::move(facts)); }
void Outbox::keep(StoredSnapshot snapshot) { next_.snapshots.push_back(std::move(snapshot)); }

void Outbox::keep_own_checkpoint(base::Seq seq, std::string text) {
  checkpoints_.insert_or_assign(seq, std::move(text));
}

void Outbox::wait(Waiting waiting) {
  const std::uint64_t needs = empty() ? in_flight_ : last_ + 1;
  if (needs == 0 || unsafe_) {
    released_.push_back(std::move(waiting));
  } else {
    waiting_.emplace_back(needs, std::move(waiting));
  }
}

std::optional<Transaction> Outbox::cut(feed::OwnFeed& feed) {
  if (in_flight_ != 0 || empty()) return std::nullopt;
  Transaction transaction = std::exchange(next_, {});
  transaction.id = ++last_;
  in_flight_ = transaction.id;
  seal(feed, transaction);
  return transaction;
}

void Outbox::seal(feed::OwnFeed& feed, Transaction& transaction) {
  Portion portion;
  const auto finish = [&] {
    if (portion.entries.size() == 0) return;
    const base::Hlc time = portion.entries.last_time();
    Publish publish{feed.seal(portion.entries.finish(), time), portion.urgent,
                    std::move(portion.awaited_by)};
    sealed_head_ = publish.batch.head;
    if (const auto text = checkpoints_.find(sealed_head_.seq); text != checkpoints_.end()) {
      transaction.snapshots.push_back({publish.batch, std::move(text->second)});
      checkpoints_.erase(text);
    }
    transaction.batches.push_back(publish.batch);
    if (unsafe_) {
      released_.emplace_back(std::move(publish));
    } else {
      waiting_.emplace_back(transaction.id, std::move(publish));
    }
    portion = Portion();
  };
  for (const exchange::OwnEntry& entry : entries_) {
    if (!portion.takes(entry)) finish();
    portion.add(entry);
  }
  finish();
  entries_.clear();
}

void Outbox::durable(std::uint64_t transaction) {
  if (in_flight_ == 0 || transaction < in_flight_) return;
  in_flight_ = 0;
  if (sealed_head_.seq > durable_head_.seq) durable_head_ = sealed_head_;
  // Batches come before the answers that rest on them, so that a client who was answered finds its
  // order at the other nodes soon after.
  std::vector<std::pair<std::uint64_t, Waiting>> still;
  std::vector<Waiting> answers;
  for (auto& [needs, waiting] : waiting_) {
    if (needs > transaction) {
      still.emplace_back(needs, std::move(waiting));
    } else if (std::holds_alternative<Publish>(waiting)) {
      released_.push_back(std::move(waiting));
    } else {
      answers.push_back(std::move(waiting));
    }
  }
  waiting_ = std::move(still);
  append(released_, std::move(answers));
}

std::vector<Waiting> Outbox::take_released() { return std::exchange(released_, {}); }

}  // namespace syrah::node
